using System.Text.Json;

namespace CodexProxy.Endpoints;

/// <summary>The vendor's own client, by the names it gives itself.</summary>
internal static class VendorClient
{
    private static readonly string[] Agents = ["codex_exec/", "codex-tui/", "codex_cli_rs/", "codex_vscode/", "Codex "];

    /// <summary>Whether the request comes from it.</summary>
    public static bool Sent(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        return Array.Exists(Agents, name => agent.StartsWith(name, StringComparison.Ordinal));
    }

    /// <summary>What stays with one account.</summary>
    public static string Conversation(HttpRequest request) =>
        request.Headers["session-id"] is [{ Length: > 0 } session] ? session : "vendor";

    /// <summary>The model it asks for; <c>""</c> when neither headers nor body tell.</summary>
    public static string Model(HttpRequest request, ReadOnlySpan<byte> body)
    {
        const string hint = "model=";
        foreach (var part in request.Headers["x-codex-routing-hint"].ToString().Split(';'))
        {
            if (part.StartsWith(hint, StringComparison.Ordinal))
            {
                return part[hint.Length..];
            }
        }

        return ModelsIn(request, body) is [var first, ..] ? first : "";
    }

    /// <summary>
    /// Every model that the backend may read in it, by whichever of several members it goes; none when that cannot be told.
    /// </summary>
    public static IReadOnlyList<string> Models(HttpRequest request, ReadOnlySpan<byte> body) =>
        ModelsIn(request, body) is { Count: > 0 } models ? [.. models, Model(request, body)] : [];

    private static List<string> ModelsIn(HttpRequest request, ReadOnlySpan<byte> body)
    {
        var models = new List<string>();
        if (request.Headers.ContentEncoding.Count > 0)
        {
            return models;
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isModel = reader.ValueTextEquals("model"u8);
                reader.Read();
                if (isModel)
                {
                    models.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : "");
                }

                reader.Skip();
            }

            return models;
        }
        catch (JsonException)
        {
            // The backend will say so.
            return [];
        }
    }
}
