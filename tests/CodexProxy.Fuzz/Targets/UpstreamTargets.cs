using System.Buffers;
using System.Text;
using System.Text.Json;
using CodexProxy.Fuzz.Inputs;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Quota;

namespace CodexProxy.Fuzz.Targets;

/// <summary>Refusals of an upstream, as answers and as events, told to a client.</summary>
internal sealed class FailureTarget()
    : FuzzTarget(
        "failure",
        1,
        new JsonSource([
            .. Fixtures.Read("codex-backend/errors", "*.json"),
            .. Fixtures.Read("translation", "*.upstream-error.json"),
        ])
    )
{
    private static readonly int[] Statuses = [400, 401, 402, 403, 404, 413, 429, 500, 502, 503, 529, 200, 302, 999];

    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        var dice = new Dice(Dice.Hash(input));
        var (headers, body) = Split(input);
        Tell(FailureReader.FromHttp(dice.Pick(Statuses), headers, body), dice);
        Tell(FailureReader.FromHttp(dice.Pick(Statuses), [], input), dice);
        _ = QuotaReader.FromHeaders(headers, Now);
        if (Parse(body) is not { } json)
        {
            return false;
        }

        using (json)
        {
            Tell(FailureReader.FromEvent(json.RootElement), dice);
            _ = QuotaReader.FromEvent(json.RootElement, Now);
        }

        return true;
    }

    /// <summary>The time of all answers.</summary>
    public static DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeSeconds(1_795_222_000);

    private static void Tell(UpstreamFailure failure, Dice dice)
    {
        var error = FailureTranslator.Translate(
            failure,
            new FailureFacts
            {
                RequestedModel = "m",
                ClaimedVersion = "1",
                InputTokensEstimate = 7,
                ContextWindow = 8,
                Now = Now,
                Upstream = dice.OneIn(3) ? "other" : null,
            }
        );
        Holds(error.Status is >= 400 and <= 599, "an error with a status that is none");
        Holds(error.Message.Length > 0, "an error that says nothing");
    }

    private static (List<KeyValuePair<string, string>> Headers, byte[] Body) Split(byte[] input)
    {
        var headers = new List<KeyValuePair<string, string>>();
        using var sample = Parse(input);
        if (sample?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            return (headers, input);
        }

        if (root.TryGetProperty("headers", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var header in given.EnumerateObject())
            {
                headers.Add(
                    new(
                        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(header.Name)),
                        header.Value.GetRawText().Trim('"')
                    )
                );
            }
        }

        return root.TryGetProperty("body", out var body)
            ? (headers, Encoding.UTF8.GetBytes(body.GetRawText()))
            : (headers, input);
    }

    private static JsonDocument? Parse(byte[] json)
    {
        try
        {
            return SoundJson.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The upstream's list of models.</summary>
internal sealed class CatalogueTarget()
    : FuzzTarget("catalogue", 1, new JsonSource(Fixtures.Read("codex-backend/json", "models-response.json")))
{
    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        try
        {
            var catalogue = ModelCatalogue.Parse(input);
            var output = new ArrayBufferWriter<byte>();
            ModelListing.WriteOpenAIList(output, ModelListing.Entries(catalogue, new ModelRules()));
            Forms.NeedJson(output.WrittenMemory, "the list of models is no JSON");
            _ = ModelResolver.Resolve("claude-opus-5-5", catalogue, new ModelRules());
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>The upstream's report of the quota.</summary>
internal sealed class QuotaTarget()
    : FuzzTarget("quota", 1, new JsonSource(Fixtures.Read("codex-backend/json", "usage-response*.json")))
{
    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        try
        {
            if (QuotaReader.FromUsage(input, FailureTarget.Now) is { } quota)
            {
                _ = UnifiedHeaders.Write(quota, FailureTarget.Now);
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>The input of a call that the model wrote with faults.</summary>
internal sealed class ToolInputTarget() : FuzzTarget("tool-input", 1, new JsonSource(Samples))
{
    private static readonly byte[][] Samples =
    [
        .. new[]
        {
            """{"command":"ls -l \"a b\"","timeout":1000,"description":"x\ny","list":[1,{"a":null}]}""",
            """{"file_path":"/a/b.cs","old_string":"\tif (a) {\n\t}\n","new_string":"","replace_all":false}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        if (!ToolInputRepair.TryRepair(Encoding.UTF8.GetString(input), out var repaired))
        {
            return false;
        }

        Forms.NeedJson(Encoding.UTF8.GetBytes(repaired), "repaired input is no JSON");
        return true;
    }
}
