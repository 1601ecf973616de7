using System.Diagnostics.CodeAnalysis;

namespace Tocsin.Kernel;

/// <summary>A value, or the reason why a text is not one. Exactly one of the two is there.</summary>
/// <remarks><c>default</c> is neither and is a bug.</remarks>
public readonly struct Parsed<T>
{
    private readonly T? value;
    private Parsed(T? value, string? error) => (this.value, Error) = (value, error);

    /// <summary>What is wrong and what was expected, as a sentence for people; null when there is a value.</summary>
    public string? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsValid => Error is null;

    /// <exception cref="InvalidOperationException">There is no value; the message is the error.</exception>
    public T Value => IsValid ? value! : throw new InvalidOperationException(Error);

    public bool TryGet([MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out string? error)
    {
        (result, error) = (value, Error);
        return IsValid;
    }

    public static Parsed<T> Of(T value) => new(value, null);
    public static Parsed<T> Bad(string error) => new(default, error);
    public static implicit operator Parsed<T>(T value) => Of(value);
}
