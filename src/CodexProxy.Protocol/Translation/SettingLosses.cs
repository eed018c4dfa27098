using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>Settings that the serving model has in another form, or not at all.</summary>
internal static class SettingLosses
{
    /// <summary>Notes where the body asks for something else than the client did.</summary>
    public static void Note(MessagesRequest request, ResponsesRequest body, LossList losses)
    {
        var effort = body.Reasoning.Effort;
        if (request.Effort is { } wanted && wanted != effort)
        {
            losses.Add("output_config.effort", effort is null ? LossKind.Dropped : LossKind.Approximated);
        }

        if (request.Thinking is { BudgetTokens: not null })
        {
            losses.Add("thinking.budget_tokens", LossKind.Approximated);
        }

        if (request.Thinking is { IsOff: true } && effort is not ("none" or null))
        {
            losses.Add("thinking.type", LossKind.Approximated);
        }

        if (request.Fast && body.ServiceTier is null)
        {
            losses.Add("speed", LossKind.Dropped);
        }
    }
}
