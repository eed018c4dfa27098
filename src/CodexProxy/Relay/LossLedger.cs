using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Relay;

/// <summary>What could not be carried: each field path is logged once per run, and counted every time.</summary>
internal sealed partial class LossLedger : IDisposable
{
    // Paths come from clients; a hostile one must not grow the ledger without end.
    private const int Capacity = 512;

    private readonly ConcurrentDictionary<TranslationLoss, bool> _seen = new();
    private readonly Meter _meter = new("CodexProxy");
    private readonly Counter<long> _counter;
    private readonly ILogger<LossLedger> _logger;

    public LossLedger(ILogger<LossLedger> logger)
    {
        _logger = logger;
        _counter = _meter.CreateCounter<long>(
            "codex_proxy.translation.losses",
            description: "Fields that did not travel unchanged."
        );
    }

    /// <summary>Notes the losses of one request.</summary>
    public void Note(IReadOnlyList<TranslationLoss> losses)
    {
        foreach (var loss in losses)
        {
            _counter.Add(1, new("path", loss.Path), new("kind", loss.Kind.ToString()));
            if (_seen.Count < Capacity && _seen.TryAdd(loss, true))
            {
                LogLoss(loss.Path, loss.Kind);
            }
        }
    }

    /// <summary>Notes an upstream event that was skipped because nobody knows its type.</summary>
    public void NoteUnknownEvent(string type)
    {
        var loss = new TranslationLoss(LossPath.Clean($"event {type}"), LossKind.Dropped);
        _counter.Add(1, new("path", loss.Path), new("kind", loss.Kind.ToString()));
        if (_seen.Count < Capacity && _seen.TryAdd(loss, true))
        {
            LogUnknownEvent(loss.Path["event ".Length..]);
        }
    }

    public void Dispose() => _meter.Dispose();

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The upstream sent an event that was skipped: {Type}; said once."
    )]
    private partial void LogUnknownEvent(string type);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Path} is {Kind} on this backend; said once, counted every time."
    )]
    private partial void LogLoss(string path, LossKind kind);
}
