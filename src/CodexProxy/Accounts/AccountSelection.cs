using System.Buffers;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Accounts;

/// <summary>Which account is active, and how requests are spread. The content of <c>accounts.json</c>.</summary>
/// <param name="Active">Key of the active account; null for the oldest one.</param>
/// <param name="Strategy">Strategy chosen at run time; null for the configured one.</param>
internal sealed record AccountSelection(string? Active, AccountStrategy? Strategy)
{
    private const int Version = 1;

    /// <summary>Nothing was chosen.</summary>
    public static AccountSelection None { get; } = new(null, null);

    /// <summary>Whether the file is there but holds nothing that can be read.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>Whether a later version of the program wrote it: what it holds beyond this is not known here.</summary>
    public bool IsLater { get; init; }

    /// <summary>Reads the file's content.</summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static AccountSelection Read(ReadOnlyMemory<byte> json)
    {
        using var document = SoundJson.Parse(json);
        var root = document.RootElement;
        return root.ValueKind == JsonValueKind.Object
            ? new AccountSelection(Text(root, "active"), StrategyOf(Text(root, "strategy")))
            {
                IsLater =
                    root.TryGetProperty("version", out var version)
                    && version.ValueKind == JsonValueKind.Number
                    && version.GetDouble() > Version,
            }
            : throw new JsonException("not an object");
    }

    /// <summary>Writes the file's content.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        if (Active is not null)
        {
            writer.WriteString("active", Active);
        }

        if (Strategy is { } strategy)
        {
            writer.WriteString("strategy", Word(strategy));
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>How a strategy is written.</summary>
    public static string Word(AccountStrategy strategy) =>
        strategy switch
        {
            AccountStrategy.Sticky => "sticky",
            AccountStrategy.RoundRobin => "round-robin",
            _ => throw new ArgumentOutOfRangeException(nameof(strategy)),
        };

    /// <summary>The strategy of a word; null for any other text.</summary>
    public static AccountStrategy? StrategyOf(string? word) =>
        word switch
        {
            "sticky" => AccountStrategy.Sticky,
            "round-robin" => AccountStrategy.RoundRobin,
            _ => null,
        };

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
