using System.Buffers;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;
using CodexProxy.Storage;
using CodexProxy.Telemetry;

namespace CodexProxy.Records;

/// <summary>Whether bodies are recorded.</summary>
/// <param name="Until">When it ends by itself; null while it is off.</param>
/// <param name="Requests">Requests recorded since it was switched on.</param>
/// <param name="Folder">Where they are.</param>
internal sealed record RecordingState(DateTimeOffset? Until, int Requests, string Folder);

/// <summary>
/// The switch for recording bodies, and the folder they go to. Off until somebody switches it on, for an hour at most, and off
/// after a restart; prompts and answers are kept nowhere else. Secrets are taken out as far as they are known or look like one.
/// </summary>
internal sealed partial class BodyRecorder(
    OptionsSource options,
    Redactor redactor,
    TimeProvider timeProvider,
    ILogger<BodyRecorder> logger
)
{
    /// <summary>The longest time it stays on.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Requests recorded before it ends by itself.</summary>
    public const int MaxRequests = 200;

    private readonly Lock _gate = new();
    private DateTimeOffset? _until;
    private int _requests;

    /// <summary>Raised after it was switched on or off.</summary>
    public event Action? Changed;

    /// <summary>Where recordings go.</summary>
    public string Folder => Path.Combine(options.Current.Home, "recordings");

    /// <summary>How it stands.</summary>
    public RecordingState State
    {
        get
        {
            lock (_gate)
            {
                return new RecordingState(IsOn ? _until : null, _requests, Folder);
            }
        }
    }

    // A clock that was set back does not prolong it.
    private bool IsOn =>
        _until is { } until
        && until - timeProvider.GetUtcNow() is var left
        && left > TimeSpan.Zero
        && left <= Longest
        && _requests < MaxRequests;

    /// <summary>Switches it on for some time, from now.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be made.</exception>
    public void Start(TimeSpan length)
    {
        PrivateFolder.Create(Folder);
        var time = length < Longest ? length : Longest;
        lock (_gate)
        {
            _until = timeProvider.GetUtcNow() + time;
            _requests = 0;
        }

        LogOn(logger, (int)time.TotalMinutes);
        Changed?.Invoke();
    }

    /// <summary>Switches it off. What was recorded stays.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (!IsOn)
            {
                return;
            }

            _until = null;
        }

        LogOff(logger);
        Changed?.Invoke();
    }

    /// <summary>Begins to record a request; null while it is off.</summary>
    /// <param name="client">The client's body, which is copied.</param>
    public BodyRecording? Begin(ReadOnlyMemory<byte> client)
    {
        if (_until is null)
        {
            return null;
        }

        lock (_gate)
        {
            if (!IsOn)
            {
                return null;
            }

            _requests++;
        }

        return new BodyRecording(client.ToArray());
    }

    /// <summary>Writes a recording to its file. A disk that cannot be written ends the recording, never the request.</summary>
    public void Keep(string requestId, BodyRecording recording)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions with { Indented = true }))
        {
            recording.Write(writer, requestId, redactor.Clean);
        }

        try
        {
            AtomicFile.Write(Path.Combine(Folder, $"{requestId}.json"), buffer.WrittenSpan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogBroken(logger, exception.GetType().Name);
            Stop();
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Bodies of requests are recorded for {Minutes} minutes: prompts and answers go to the folder recordings."
    )]
    private static partial void LogOn(ILogger logger, int minutes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bodies of requests are no longer recorded.")]
    private static partial void LogOff(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A recording could not be written ({Reason}).")]
    private static partial void LogBroken(ILogger logger, string reason);
}
