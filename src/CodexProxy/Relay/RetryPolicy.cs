using CodexProxy.Protocol.Failures;

namespace CodexProxy.Relay;

/// <summary>What to do about a failed attempt.</summary>
internal enum NextStep
{
    /// <summary>Nothing hidden is left: tell the client.</summary>
    GiveUp,

    /// <summary>The same again, after a delay.</summary>
    Repeat,

    /// <summary>The same content in another form; free, because each form is tried once.</summary>
    RepeatInOtherForm,

    /// <summary>Again with newer credentials.</summary>
    RepeatSignedIn,

    /// <summary>Again on a connection of its own.</summary>
    RepeatOnFreshConnection,
}

/// <summary>
/// The hidden attempts of one request. Clients retry too, so there are few: two over all transient causes, one short wait,
/// one recovery of the sign-in, one fresh connection, each form once; and none after a block was sent.
/// </summary>
internal sealed class RetryPolicy(Random jitter)
{
    private const int MaxTransientRetries = 2;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest limit the gateway waits out by itself.</summary>
    public static readonly TimeSpan LongestHiddenWait = TimeSpan.FromSeconds(5);

    private readonly HashSet<FormRepair> _formsTried = [];
    private int _transientRetries;
    private bool _waited;
    private bool _signedInAgain;
    private bool _triedFreshConnection;

    /// <summary>How many attempts were made beyond the first.</summary>
    public int Retries { get; private set; }

    /// <summary>Decides on a failure that came before any block was sent.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="delay">How long to wait before <see cref="NextStep.Repeat"/>.</param>
    public NextStep Decide(UpstreamFailure failure, out TimeSpan delay)
    {
        delay = TimeSpan.Zero;
        var step = Choose(failure, ref delay);
        if (step != NextStep.GiveUp)
        {
            Retries++;
        }

        return step;
    }

    private NextStep Choose(UpstreamFailure failure, ref TimeSpan delay)
    {
        if (failure.Repair is { } repair && _formsTried.Add(repair))
        {
            return NextStep.RepeatInOtherForm;
        }

        switch (failure.Kind)
        {
            case FailureKind.Unauthorized when !_signedInAgain:
                _signedInAgain = true;
                return NextStep.RepeatSignedIn;
            case FailureKind.EdgeBlock when !_triedFreshConnection:
                _triedFreshConnection = true;
                return NextStep.RepeatOnFreshConnection;
            case FailureKind.RateLimited when !_waited && failure.RetryDelay <= LongestHiddenWait:
                _waited = true;
                delay = failure.RetryDelay;
                return NextStep.Repeat;
        }

        if (!failure.IsTransient || _transientRetries >= MaxTransientRetries)
        {
            return NextStep.GiveUp;
        }

        var spread = 0.9 + (jitter.NextDouble() * 0.2);
        delay = FirstDelay * Math.Pow(2, _transientRetries) * spread;
        _transientRetries++;
        return NextStep.Repeat;
    }
}
