namespace CodexProxy.Diagnosis;

/// <summary>Runs checks, all at once, each for ten seconds at most.</summary>
internal static class Examination
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Runs every check; the findings are in the order of the checks.</summary>
    public static async Task<IReadOnlyList<Diagnosed>> RunAsync(
        IReadOnlyList<Check> checks,
        TimeProvider time,
        CancellationToken cancellationToken
    ) => await Task.WhenAll(checks.Select(check => RunAsync(check, time, cancellationToken)));

    private static async Task<Diagnosed> RunAsync(Check check, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // A check that does not look at its token must not hold the others up either.
            var finding = await Task.Run(() => check.RunAsync(both.Token), CancellationToken.None)
                .WaitAsync(both.Token);
            return new Diagnosed(check.Name, finding);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Diagnosed(check.Name, Finding.Problem("This took longer than 10 s and was given up."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Diagnosed(check.Name, Finding.Problem($"This could not be looked at: {exception.Message}"));
        }
    }
}
