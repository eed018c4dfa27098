using System.Security.Cryptography;
using System.Text;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Models;

/// <summary>The models a simulator serves, and the answer of the catalogue endpoint.</summary>
public sealed class ModelBook
{
    private readonly Dictionary<string, CatalogueModel> _bySlug;
    private readonly IReadOnlyList<CatalogueModel> _models;

    internal ModelBook(SimulatorOptions options)
    {
        _models = options.ContextWindow is { } window
            ? [.. options.Models.Select(model => model with { ContextWindow = window })]
            : options.Models;
        _bySlug = _models.ToDictionary(model => model.Slug, StringComparer.Ordinal);
        ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Listing(_models))))[..16]}\"";
    }

    /// <summary>Tag of the whole catalogue; changes when <see cref="ETag"/> is set by a test that plays a new catalogue.</summary>
    public string ETag { get; set; }

    /// <summary>The model of that name, or null.</summary>
    public CatalogueModel? Find(string slug) => _bySlug.GetValueOrDefault(slug);

    /// <summary>Whether a client of <paramref name="version"/> may use <paramref name="model"/>.</summary>
    internal static bool Serves(CatalogueModel model, Version version) =>
        version >= Version.Parse(model.MinimalClientVersion);

    internal HttpReply Answer(CapturedRequest request)
    {
        if (!request.Query.TryGetValue("client_version", out var claimed))
        {
            return HttpReply.Json(
                422,
                writer =>
                {
                    writer.WriteStartArray("detail"u8);
                    writer.WriteStartObject();
                    writer.WriteString("type"u8, "missing"u8);
                    writer.WriteStartArray("loc"u8);
                    writer.WriteStringValue("query"u8);
                    writer.WriteStringValue("client_version"u8);
                    writer.WriteEndArray();
                    writer.WriteString("msg"u8, "Field required"u8);
                    writer.WriteEndObject();
                    writer.WriteEndArray();
                }
            );
        }

        if (!Version.TryParse(claimed, out var version) || version.Build < 0 || version.Revision >= 0)
        {
            return HttpReply.Detail(400, "Invalid client version format");
        }

        return request.Header("if-none-match") == ETag
            ? new HttpReply(304, "", null).With("etag", ETag)
            : new HttpReply(200, Listing(_models.Where(model => Serves(model, version)))).With("etag", ETag);
    }

    private static string Listing(IEnumerable<CatalogueModel> models) =>
        HttpReply.JsonText(writer =>
        {
            writer.WriteStartArray("models"u8);
            foreach (var model in models)
            {
                ModelInfo.Write(writer, model);
            }

            writer.WriteEndArray();
        });
}
