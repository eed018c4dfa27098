using System.Text.Json;
using System.Text.RegularExpressions;
using CodexProxy.Options;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;
using Microsoft.AspNetCore.Routing;

namespace CodexProxy.Tests.Documentation;

/// <summary>The document of the API and its page say what the running gateway serves, and nothing else.</summary>
public sealed partial class OpenApiTests
{
    [Fact]
    public async Task The_document_names_every_endpoint_of_the_running_gateway_and_no_other()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var mapped = gateway
            .Get<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint =>
                endpoint
                    .Metadata.OfType<IHttpMethodMetadata>()
                    .SelectMany(metadata => metadata.HttpMethods)
                    .Distinct()
                    .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/').Replace("{**", "{")}")
            )
            .ToList();

        mapped.Count.ShouldBeGreaterThan(50);
        Operations().Select(one => one.Name).ShouldBe(mapped, ignoreOrder: true);
    }

    [Fact]
    public async Task It_is_served_as_it_is_also_to_those_without_a_key()
    {
        await using var gateway = await RunningGateway.StartAsync(options => WithKey(options));

        using var response = await gateway.Http.GetAsync("/openapi.json");

        response.EnsureSuccessStatusCode();
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await response.Content.ReadAsStringAsync()).ShouldBe(File.ReadAllText(Repository.File("docs/openapi.json")));
    }

    [Fact]
    public async Task What_it_says_of_keys_and_tokens_is_so()
    {
        await using var keyed = await RunningGateway.StartAsync(options => WithKey(options));
        using var folder = new TempFolder();
        await using var open = await RunningGateway.StartAsync(
            inputs: new OptionInputs
            {
                Flags = new Dictionary<string, string>(),
                Environment = _ => null,
                UserFolder = folder.Path,
                WorkingFolder = folder.Path,
            }
        );

        foreach (var (name, path, security) in Operations())
        {
            var (method, address) = (new HttpMethod(name.Split(' ')[0]), Parameter().Replace(path, "x"));
            using var asked = await keyed.Http.SendAsync(
                new HttpRequestMessage(method, address),
                HttpCompletionOption.ResponseHeadersRead
            );
            ((int)asked.StatusCode == 401).ShouldBe(security.Count > 0, name);
            using var told = await open.Http.SendAsync(
                new HttpRequestMessage(method, address),
                HttpCompletionOption.ResponseHeadersRead
            );
            // These two are closed for other reasons: the upstream is switched off, and the link is none.
            if (name is not ("GET /settings/kilo-models" or "GET /dashboard/open"))
            {
                ((int)told.StatusCode == 403).ShouldBe(security.Contains("runToken"), name);
            }
        }
    }

    [Fact]
    public void The_page_has_a_row_for_each_of_its_operations()
    {
        var rows = File.ReadLines(Repository.File("docs/api.md"))
            .Select(line => Row().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value);

        rows.ShouldBe(Operations().Select(one => one.Name), ignoreOrder: true);
    }

    [Fact]
    public void Every_operation_tells_its_parameters_and_every_reference_leads_somewhere()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/openapi.json")));
        document.RootElement.GetProperty("openapi").GetString().ShouldBe("3.1.0");
        document.RootElement.GetProperty("info").GetProperty("version").GetString().ShouldBe(ProductInfo.Version);
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        foreach (Match match in Reference().Matches(document.RootElement.GetRawText()))
        {
            schemas.TryGetProperty(match.Groups[1].Value, out _).ShouldBeTrue(match.Value);
        }

        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var named = operation.Value.TryGetProperty("parameters", out var parameters)
                    ? parameters
                        .EnumerateArray()
                        .Where(one => one.GetProperty("in").GetString() == "path")
                        .Select(one => one.GetProperty("name").GetString()!)
                    : [];
                named.ShouldBe(Parameter().Matches(path.Name).Select(match => match.Groups[1].Value), path.Name);
            }
        }
    }

    private static ProxyOptions WithKey(ProxyOptions options) =>
        options with
        {
            Server = options.Server with { ClientKeys = [new Secret("a-key-of-the-test")] },
        };

    private static List<(string Name, string Path, List<string> Security)> Operations()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/openapi.json")));
        return
        [
            .. document
                .RootElement.GetProperty("paths")
                .EnumerateObject()
                .SelectMany(path =>
                    path.Value.EnumerateObject()
                        .Select(operation =>
                            (
                                $"{operation.Name.ToUpperInvariant()} {path.Name}",
                                path.Name,
                                operation
                                    .Value.GetProperty("security")
                                    .EnumerateArray()
                                    .SelectMany(one => one.EnumerateObject().Select(scheme => scheme.Name))
                                    .ToList()
                            )
                        )
                ),
        ];
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^\| `([A-Z]+ /[^`]*)` \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"#/components/schemas/(\w+)")]
    private static partial Regex Reference();
}
