using CodexProxy.Answers;
using CodexProxy.Codex;
using CodexProxy.Keys;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Models;
using CodexProxy.Relay;

namespace CodexProxy.Endpoints;

/// <summary>
/// <c>GET /v1/models</c> and <c>/v1/models/{id}</c>, in the shape of whoever asks. Answered from what is known; the catalogue
/// is refreshed behind the answer, because clients give up after three seconds. A named key is listed what it may ask for.
/// </summary>
internal sealed class ModelsEndpoint(CatalogueSource catalogue, KiloChoice names)
{
    /// <summary>Lists the models.</summary>
    public async Task ListAsync(HttpContext http)
    {
        catalogue.RefreshIfOld();
        var entries = ModelListing.Entries(catalogue.Current, names.Rules());
        if (http.Features.Get<KeyGrant>()?.Key is { } key)
        {
            entries = [.. entries.Where(entry => key.Allows(entry.Id, entry.Model.Slug))];
        }

        http.Response.ContentType = "application/json";
        if (!ErrorForm.IsAnthropic(http.Request))
        {
            ModelListing.WriteOpenAIList(http.Response.BodyWriter, entries);
        }
        else
        {
            var query = http.Request.Query;
            var limit = ModelListing.DefaultLimit;
            if (query.TryGetValue("limit", out var text) && (!int.TryParse(text, out limit) || limit is < 1 or > 1000))
            {
                throw new RequestRejectedException(ClientError.Invalid("limit: must be between 1 and 1000"));
            }

            ModelListing.WritePage(
                http.Response.BodyWriter,
                entries,
                limit,
                Known(entries, query["after_id"], "after_id"),
                Known(entries, query["before_id"], "before_id")
            );
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    /// <summary>Describes one model; aliases and names with suffixes resolve to the model behind them.</summary>
    public async Task OneAsync(HttpContext http, string id)
    {
        catalogue.RefreshIfOld();
        var anthropic = ErrorForm.IsAnthropic(http.Request);
        var rules = names.Rules();
        var resolved = ModelResolver.Resolve(id, catalogue.Current, rules);
        var closest = UnknownModel.Closest(id, catalogue.Current, rules);
        http.Response.ContentType = "application/json";
        if (
            resolved is not null
            && http.Features.Get<KeyGrant>()?.Key is { } key
            && !key.Allows(id, resolved.Model.Slug)
        )
        {
            throw new RequestRejectedException(KeyGate.NotIts(key));
        }

        switch (resolved)
        {
            case null or { Model: { IsUnknown: true, Upstream: null } } when anthropic:
                throw new RequestRejectedException(
                    ClientError.NotFound(UnknownModel.Message(id, closest, UnknownModel.Reason(id, rules)))
                );
            case null or { Model: { IsUnknown: true, Upstream: null } }:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                ModelListing.WriteOpenAINotFound(http.Response.BodyWriter, id, closest);
                break;
            default:
                var entry = new ListedModel(id, resolved.Model);
                if (anthropic)
                {
                    ModelListing.WriteOne(http.Response.BodyWriter, entry);
                }
                else
                {
                    ModelListing.WriteOpenAIOne(http.Response.BodyWriter, entry);
                }

                break;
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static string? Known(IReadOnlyList<ListedModel> entries, string? id, string parameter) =>
        id is null || entries.Any(entry => entry.Id == id)
            ? id
            : throw new RequestRejectedException(ClientError.Invalid($"{parameter}: no such model: {id}"));
}
