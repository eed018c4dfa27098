using System.Buffers;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Models;
using CodexProxy.Storage;

namespace CodexProxy.Codex;

/// <summary>
/// The model that the name <c>kilo</c> means, as chosen at run time and kept in <c>upstreams.json</c>; without a choice, the
/// configured one.
/// </summary>
internal sealed partial class KiloChoice
{
    private readonly OptionsSource _options;
    private readonly string _path;
    private volatile string? _chosen;
    private bool _isDamaged;

    /// <summary>Takes over the choice of an earlier run. A file that cannot be read counts as none, and is told.</summary>
    public KiloChoice(OptionsSource options, ILogger<KiloChoice> logger)
    {
        _options = options;
        _path = Path.Combine(options.Current.Home, "upstreams.json");
        try
        {
            using var document = SoundJson.Parse(File.ReadAllBytes(_path));
            _chosen =
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("kiloModel", out var model)
                && model.ValueKind == JsonValueKind.String
                    ? model.GetString()
                    : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Nobody has chosen yet.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            _isDamaged = exception is JsonException;
            LogUnreadable(logger, exception.GetType().Name);
        }
    }

    /// <summary>The model in force.</summary>
    public string Current => _chosen ?? _options.Current.Alternates.Kilo.Default!;

    /// <summary>The rules of name resolution with the choice in them.</summary>
    /// <param name="thinkingRequested">Whether the request asks for thinking.</param>
    public ModelRules Rules(bool thinkingRequested = false) => _options.Current.ModelRules(thinkingRequested, _chosen);

    /// <summary>Chooses a model, and keeps the choice.</summary>
    /// <exception cref="IOException">It cannot be kept; then nothing has changed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be kept; then nothing has changed.</exception>
    public void Choose(string model)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version"u8, 1);
            writer.WriteString("kiloModel"u8, model);
            writer.WriteEndObject();
        }

        if (_isDamaged)
        {
            File.Move(_path, _path + ".damaged", overwrite: true);
            _isDamaged = false;
        }

        AtomicFile.Write(_path, buffer.WrittenSpan);
        _chosen = model;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The chosen model of kilo could not be read ({Reason}); the configured one is used."
    )]
    private static partial void LogUnreadable(ILogger logger, string reason);
}
