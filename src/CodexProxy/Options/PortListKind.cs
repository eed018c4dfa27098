using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace CodexProxy.Options;

/// <summary>One or more TCP ports: a JSON array of numbers, or a comma-separated list in the environment.</summary>
internal sealed class PortListKind : SettingKind<IReadOnlyList<int>>
{
    private static readonly WholeNumberKind Port = new(0, 65535);

    public override ValueShape Shape { get; } =
        new("a list of one or more ports from 0 to 65535", "array") { ItemType = "integer" };

    public override bool TryRead(string text, [NotNullWhen(true)] out IReadOnlyList<int>? value)
    {
        var ports = new List<int>();
        value = ports;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Port.TryRead(part, out int port))
            {
                return false;
            }

            ports.Add(port);
        }

        return ports.Count > 0;
    }

    public override bool TryRead(JsonElement json, [NotNullWhen(true)] out IReadOnlyList<int>? value)
    {
        var ports = new List<int>();
        value = ports;
        if (json.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var element in json.EnumerateArray())
        {
            if (!Port.TryRead(element, out int port))
            {
                return false;
            }

            ports.Add(port);
        }

        return ports.Count > 0;
    }
}
