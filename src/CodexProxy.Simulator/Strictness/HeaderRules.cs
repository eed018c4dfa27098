using System.Text.Json;
using System.Text.RegularExpressions;
using CodexProxy.Simulator.Models;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Rules about headers, and about members that a header governs.</summary>
internal static partial class HeaderRules
{
    public const string LiteHeader = "x-openai-internal-codex-responses-lite";

    /// <summary>Media types and encoding; the words are the simulator's own.</summary>
    public static HttpReply? Media(CapturedRequest request)
    {
        if (request.Header("content-encoding") is { } encoding && encoding != "identity")
        {
            return HttpReply.Detail(415, $"The simulator does not read content-encoding {encoding}");
        }

        if (request.Header("content-type")?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            return HttpReply.Detail(415, "Content-Type must be application/json");
        }

        return request.Header("accept")?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true
            ? null
            : HttpReply.Detail(406, "Accept must be text/event-stream");
    }

    /// <summary>The model must exist and the claimed client must be new enough for it.</summary>
    public static HttpReply? Model(CapturedRequest request, ModelBook models)
    {
        var slug = request.Model;
        if (models.Find(slug) is not { } model)
        {
            return HttpReply.Detail(
                400,
                $"The '{slug}' model is not supported when using Codex with a ChatGPT account."
            );
        }

        return ClaimedVersion(request) is { } version && ModelBook.Serves(model, version)
            ? null
            : HttpReply.Detail(400, $"The '{slug}' model requires a newer version of Codex.");
    }

    /// <summary>The lite header forbids parallel calls; its shape has no instructions and no tools of its own.</summary>
    public static HttpReply? Lite(CapturedRequest request)
    {
        if (!IsLite(request))
        {
            return null;
        }

        var body = request.Body;
        if (!body.TryGetProperty("parallel_tool_calls", out var parallel) || parallel.ValueKind != JsonValueKind.False)
        {
            return HttpReply.Error(
                400,
                "X-OpenAI-Internal-Codex-Responses-Lite requires `parallel_tool_calls` to be false."
            );
        }

        return null;
    }

    public static bool IsLite(CapturedRequest request) => request.Header(LiteHeader) == "true";

    private static Version? ClaimedVersion(CapturedRequest request)
    {
        var claimed = request.Header("version");
        if (
            claimed is null
            && request.Header("user-agent") is { } agent
            && AgentVersion().Match(agent) is { Success: true } match
        )
        {
            claimed = match.Groups[1].Value;
        }

        return Version.TryParse(claimed, out var version) ? version : null;
    }

    [GeneratedRegex(@"^[^/]+/(\d+\.\d+\.\d+)")]
    private static partial Regex AgentVersion();
}
