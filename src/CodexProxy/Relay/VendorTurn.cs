using CodexProxy.Feed;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>The state of one request of the vendor's own client while it is served.</summary>
/// <param name="arrival">How it came in.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class VendorTurn(Arrival arrival, TimeProvider timeProvider)
{
    private readonly List<AttemptRecord> _attempts = [];
    private readonly List<string> _accounts = [];
    private TimeSpan? _begun;

    /// <summary>How it came in.</summary>
    public Arrival Arrival => arrival;

    /// <summary>What onlookers see of it.</summary>
    public required LiveRequest Live { get; init; }

    /// <summary>The attempts that have ended.</summary>
    public IReadOnlyList<AttemptRecord> Attempts => _attempts;

    /// <summary>Key of the account that was asked last; null when none was.</summary>
    public string? Account { get; private set; }

    /// <summary>Status that was passed on; null while none was.</summary>
    public int? Status { get; set; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public UpstreamFailure? Failure { get; set; }

    /// <summary>From arrival to the first byte for the client.</summary>
    public TimeSpan? FirstByte { get; set; }

    /// <summary>What the stream told as it passed.</summary>
    public VendorTap Tap { get; } = new();

    /// <summary>Time since it arrived.</summary>
    public TimeSpan Elapsed => timeProvider.GetElapsedTime(arrival.Stamp);

    /// <summary>Why the answer ended, in the words of the Messages API; null when it did not.</summary>
    public string? StopReason =>
        !Tap.IsComplete ? null
        : Tap.Response is { IncompleteReason: not null } ? "max_tokens"
        : Tap.Calls > 0 ? "tool_use"
        : "end_turn";

    /// <summary>An account is asked.</summary>
    public void BeginAttempt(string account)
    {
        Account = account;
        if (!_accounts.Contains(account))
        {
            _accounts.Add(account);
        }

        _begun = Elapsed;
        Live.Attempt(account);
    }

    /// <summary>The attempt, if there is one, has ended.</summary>
    /// <param name="failure">Why it failed; null when it did not.</param>
    public void EndAttempt(UpstreamFailure? failure)
    {
        if (_begun is not { } started)
        {
            return;
        }

        _begun = null;
        _attempts.Add(
            new AttemptRecord(started, _accounts.IndexOf(Account!), [])
            {
                Total = Elapsed - started,
                Failure = failure is null
                    ? null
                    : new AttemptFailure(
                        failure.Kind.ToString(),
                        failure.Status,
                        AttemptTrail.Word(failure.Code),
                        failure.Repair is { } repair ? LossPath.Clean(repair.ToString()) : null,
                        failure.RetryDelay
                    ),
            }
        );
    }
}
