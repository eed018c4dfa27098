using System.Buffers;
using CodexProxy.Documents;
using CodexProxy.Fuzz.Inputs;
using CodexProxy.Protocol.ChatUpstream;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Fuzz.Targets;

/// <summary>What the code under test is given beside an input, and what is done with every request that it made.</summary>
internal static class World
{
    private static readonly FormRepair[] Repairs =
    [
        .. Enum.GetValues<FormRepairKind>()
            .Where(kind => kind != FormRepairKind.WithoutMember)
            .Select(kind => new FormRepair(kind)),
        new FormRepair(FormRepairKind.WithoutMember, "text"),
        new FormRepair(FormRepairKind.WithoutMember, "reasoning.effort"),
    ];

    /// <summary>Counts tokens.</summary>
    public static TokenCounter Counter { get; } = new();

    /// <summary>Counts the tokens of whole requests.</summary>
    public static RequestTokenCounter Requests { get; } = new(Counter);

    /// <summary>A model of the backend, or one of an alternate upstream.</summary>
    public static TranslationSettings Settings(string name, Dice dice)
    {
        var model =
            ModelResolver.Resolve(name, ModelCatalogue.Embedded, new ModelRules())
            ?? ModelResolver.Resolve("claude-opus-5-5", ModelCatalogue.Embedded, new ModelRules())!;
        return new TranslationSettings
        {
            Model = model,
            DefaultEffort = dice.OneIn(3) ? "low" : null,
            Verbosity = dice.OneIn(3) ? "low" : null,
            RejectPrefill = dice.OneIn(8),
            RequireMaxTokens = dice.OneIn(2),
            IsRefused = _ => dice.OneIn(4),
        };
    }

    /// <summary>What was read is written, also in the other forms, and counted. Nothing of that may fail.</summary>
    public static void Use(TranslatedRequest translated, Dice dice)
    {
        var first = Write(translated.Body);
        if (dice.OneIn(4))
        {
            _ = RequestForms.CacheBodyHash(translated.Body);
            _ = Requests.Count(translated.Body, translated.Context.Model);
        }

        switch (dice.Below(4))
        {
            case 0:
                var repairs = Repairs.Where(_ => dice.OneIn(3)).ToHashSet();
                Write(RequestForms.Apply(translated.Body, repairs, ModelCatalogue.Embedded, PdfText.ReadPages));
                break;
            case 1:
                var fit = ChatUpstreamFit.Fit(translated, dice.OneIn(2));
                var output = new ArrayBufferWriter<byte>();
                ChatUpstreamRequest.Write(output, fit.Body, new ChatUpstreamCall("m", dice.OneIn(2) ? 7 : null));
                Forms.NeedJson(output.WrittenMemory, "the body for a Chat upstream is no JSON");
                break;
            case 2:
                Write(OpenReasoning.Without(translated.Body));
                break;
            default:
                if (!Write(translated.Body).AsSpan().SequenceEqual(first))
                {
                    throw new LawBrokenException("the same request gave other bytes");
                }

                break;
        }
    }

    private static byte[] Write(ResponsesRequest body)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        OpenAIJson.Write(output, body);
        Forms.NeedJson(output.WrittenMemory, "the body for the upstream is no JSON");
        return output.WrittenSpan.ToArray();
    }
}
