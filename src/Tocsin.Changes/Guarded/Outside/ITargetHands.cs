namespace Tocsin.Changes.Guarded;

/// <summary>Everything that a guarded change does outside of the database. Each may be done again after a crash.</summary>
internal interface ITargetHands
{
    FileContent Read(TargetModel target);

    /// <returns>Size and time of change; null when there is no such file.</returns>
    (long Size, DateTimeOffset WrittenAt)? Look(TargetModel target);

    /// <returns>Why the target's own validator refuses the content; null when it takes it.</returns>
    Task<string?> ValidateAsync(TargetModel target, byte[] content, CancellationToken stopping);

    /// <returns>Why a guard refuses the content; null when none does.</returns>
    Task<string?> GuardAsync(TargetModel target, byte[] content, CancellationToken stopping);

    /// <inheritdoc cref="TargetFile.Replace"/>
    string? Replace(TargetModel target, string expectedSha, byte[] content);

    /// <summary>Makes the running side read the file, and waits for its word that it works with this content.</summary>
    /// <returns>A fault, or what it said.</returns>
    Task<(string? Fault, string Evidence)> ApplyAsync(TargetModel target, byte[] content, CancellationToken stopping);
}
