using Tocsin.Kernel;

namespace Tocsin.Changes.Guarded;

/// <param name="Base">The configuration's directory: what relative files stand in.</param>
internal sealed record TargetBase(string Base);

/// <inheritdoc/>
internal sealed class TargetHands(TargetBase place, HttpDoor door, TimeProvider clock) : ITargetHands
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    public FileContent Read(TargetModel target) => TargetFile.Read(PathOf(target));
    public (long Size, DateTimeOffset WrittenAt)? Look(TargetModel target) => TargetFile.Look(PathOf(target));
    public string? Replace(TargetModel target, string expectedSha, byte[] content) => TargetFile.Replace(PathOf(target), expectedSha, content);

    public async Task<string?> ValidateAsync(TargetModel target, byte[] content, CancellationToken stopping)
    {
        if (ContentHash.TextOf(content) is null) return "the new content is not text in UTF-8";
        if (target.Validate.Count == 0) return null;
        // Only this user may look into it, and it has the file's name: validators judge by the ending.
        var directory = Directory.CreateTempSubdirectory("tocsin-candidate-");
        try
        {
            var candidate = Path.Combine(directory.FullName, Path.GetFileName(PathOf(target)));
            await File.WriteAllBytesAsync(candidate, content, stopping);
            return await CommandRun.FaultAsync(Filled(target.Validate, candidate), target.Timeout, !target.IsSecret, clock, stopping) is { } fault ? $"the validator refuses it: {fault}" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return $"the candidate cannot be written for the validator: {error.Message}"; }
        finally { directory.Delete(recursive: true); }
    }

    public async Task<string?> GuardAsync(TargetModel target, byte[] content, CancellationToken stopping)
    {
        var json = ContentHash.JsonOf(ContentHash.TextOf(content) ?? "");
        foreach (var guard in target.Guards)
        {
            var refusal = guard switch
            {
                GuardModel.Bound bound => GuardRules.Judge(bound, json),
                GuardModel.Requires requires => await RequireAsync(requires, json, target.Timeout, stopping),
                _ => throw new System.Diagnostics.UnreachableException(guard.GetType().Name),
            };
            if (refusal is not null) return target.IsSecret ? $"the guard on {guard.Word} refuses it" : refusal;
        }
        return null;
    }

    private async Task<string?> RequireAsync(GuardModel.Requires requires, System.Text.Json.JsonElement? content, TimeSpan limit, CancellationToken stopping)
    {
        var (applies, fault) = GuardRules.Applies(requires, content);
        if (!applies) return fault;
        var answer = await door.AskAsync(requires.Url, requires.Json, limit, stopping);
        return answer.IsValid ? GuardRules.Judge(requires, answer.Value) : $"whether {requires.JsonText} is {requires.Condition.InWords} cannot be told: {answer.Error}";
    }

    public async Task<(string? Fault, string Evidence)> ApplyAsync(TargetModel target, byte[] content, CancellationToken stopping)
    {
        if (await ReloadAsync(target, stopping) is { } fault) return (fault, "");
        return target.Applied is { } applied ? await AskAppliedAsync(target, applied, content, stopping)
            : (null, target.Reload is not null || target.Apply.Count > 0 ? "the running side was told to read it" : "the running side is not asked");
    }

    private async Task<string?> ReloadAsync(TargetModel target, CancellationToken stopping)
    {
        if (target.Reload is { } reload) return await door.PostAsync(reload, target.Timeout, stopping) is { } fault ? $"the reload failed: {fault}" : null;
        if (target.Apply.Count == 0) return null;
        return await CommandRun.FaultAsync(Filled(target.Apply, PathOf(target)), target.Timeout, !target.IsSecret, clock, stopping) is { } wrong ? $"apply failed: {wrong}" : null;
    }

    /// <summary>Asks until the running side names this content: an answer of before the change does not count, and the file is not asked.</summary>
    private async Task<(string? Fault, string Evidence)> AskAppliedAsync(TargetModel target, AppliedModel applied, byte[] content, CancellationToken stopping)
    {
        if (Expected(applied, content) is not { } expected) return ("the new content has no value that the running side could name", "");
        var began = clock.GetTimestamp();
        while (true)
        {
            var answer = await door.AskAsync(applied.Url, applied.Json, target.Timeout, stopping);
            if (answer is { IsValid: true, Value: { } said } && string.Equals(said, expected, StringComparison.OrdinalIgnoreCase))
                return (null, $"{applied.Url.Authority} works with {ContentHash.Short(said)}");
            if (clock.GetElapsedTime(began) >= applied.Within)
            {
                return (answer switch
                {
                    { IsValid: false } => $"the running side did not say that it took it within {Durations.InWords(applied.Within)}: {answer.Error}",
                    { Value: null } => $"the running side does not say what it works with ({applied.Url.Authority})",
                    { Value: var other } => $"the running side did not take it within {Durations.InWords(applied.Within)}: it works with {GuardRules.Shown(ContentHash.Short(other))}, not with {ContentHash.Short(expected)}",
                }, "");
            }
            await Task.Delay(AskAgain, clock, stopping);
        }
    }

    private static string? Expected(AppliedModel applied, byte[] content) => applied.EqualTo is not { } path ? ContentHash.Of(content)
        : ContentHash.JsonOf(ContentHash.TextOf(content) ?? "") is { } json && path.Find(json) is { } value ? GuardRules.TextOf(value) : null;

    private string PathOf(TargetModel target) => Path.GetFullPath(target.File, place.Base);

    private static IReadOnlyList<string> Filled(IReadOnlyList<string> command, string file) =>
        [.. command.Select(argument => argument.Replace("{file}", file, StringComparison.Ordinal))];
}
