using System.Text.Json;
using CodexProxy.Simulator.Accounts;
using CodexProxy.Simulator.Models;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Strictness;

/// <summary>Decides whether the real service would take a request, rule after rule; the first broken one answers.</summary>
internal sealed class RequestJudge(SimulatorOptions options, ModelBook models, Seal seal)
{
    public HttpReply? Judge(CapturedRequest request, SimulatedAccount account)
    {
        if (request.Content.Length > options.MaximumBodyBytes)
        {
            return HttpReply.Detail(413, "Request body too large");
        }

        if (HeaderRules.Media(request) is { } media)
        {
            return media;
        }

        if (!request.IsJson(out var failure))
        {
            return HttpReply.Error(400, $"We could not parse the JSON body of your request: {failure!.Message}");
        }

        var body = request.Body;
        if (body.ValueKind != JsonValueKind.Object)
        {
            return HttpReply.Error(400, "The JSON body of your request must be an object.");
        }

        return SettingRules.Members(body)
            ?? SettingRules.Fixed(request, options)
            ?? HeaderRules.Model(request, models)
            ?? HeaderRules.Lite(request)
            ?? Content(request, models.Find(request.Model)!)
            ?? Seals(request, account);
    }

    private HttpReply? Content(CapturedRequest request, CatalogueModel model) =>
        SettingRules.Reasoning(request.Body, model)
        ?? SettingRules.Include(request.Body, options)
        ?? SettingRules.CacheKeyAndTier(request.Body, model)
        ?? SettingRules.Flags(request.Body)
        ?? SettingRules.Text(request.Body)
        ?? ToolRules.OfBody(request.Body)
        ?? ItemRules.All(request.Body, HeaderRules.IsLite(request))
        ?? ToolRules.Choice(request.Conversation)
        ?? PairingRules.All(request.Items);

    private HttpReply? Seals(CapturedRequest request, SimulatedAccount account)
    {
        if (!options.CheckSeals)
        {
            return null;
        }

        for (var i = 0; i < request.Items.Count; i++)
        {
            var item = request.Items[i];
            if (
                ConversationView.Type(item) is "reasoning" or "compaction" or "context_compaction"
                && !seal.Fits(ConversationView.Text(item, "encrypted_content")!, account.Id)
            )
            {
                var id = ConversationView.Text(item, "id") ?? $"input[{i}]";
                return HttpReply.Error(
                    400,
                    $"The encrypted content for item {id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
                    "invalid_encrypted_content"
                );
            }
        }

        return null;
    }
}
