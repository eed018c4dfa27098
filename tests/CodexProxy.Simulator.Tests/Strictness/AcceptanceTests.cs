using System.Text.Json;
using CodexProxy.Simulator.Models;
using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Strictness;

public sealed class AcceptanceTests
{
    public static TheoryData<string> Captured() =>
        [
            .. Directory
                .EnumerateFiles(Fixtures.Path("codex-backend", "captured"), "http-*.json")
                .Select(file => Path.GetFileName(file)),
        ];

    public static TheoryData<string> Translated() =>
        [
            .. Directory
                .EnumerateFiles(Fixtures.Path("translation"), "*.responses-request.json")
                .Select(file => Path.GetFileName(file)),
        ];

    [Theory]
    [MemberData(nameof(Captured))]
    public async Task Takes_what_the_real_client_was_seen_to_send(string file)
    {
        var sample = Fixtures.Json("codex-backend", "captured", file);
        // The captured client leaves instructions out, and one capture uses a slug that the catalogue does not know.
        await using var caller = await Caller.StartAsync(
            new SimulatorOptions { RequireInstructions = false, Models = WithUnknown("gpt-5.3-codex") }
        );
        using var request = caller.Request(sample.GetProperty("body_decoded").GetRawText());
        foreach (var header in sample.GetProperty("headers_in_order").EnumerateObject())
        {
            // The wire body was compressed and belonged to another account; the rest is replayed as it was.
            if (
                header.Name
                is not (
                    "content-type"
                    or "content-encoding"
                    or "content-length"
                    or "authorization"
                    or "chatgpt-account-id"
                    or "host"
                )
            )
            {
                request.Headers.Remove(header.Name);
                request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString());
            }
        }

        using var response = await caller.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Takes_no_unknown_slug_by_default()
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { RequireInstructions = false });
        var sample = Fixtures.Json("codex-backend", "captured", "http-unknown-model-fallback.json");

        var (status, body) = await caller.AskAsync(sample.GetProperty("body_decoded").GetRawText());

        (status, body).ShouldBe(
            (
                400,
                """{"detail":"The 'gpt-5.3-codex' model is not supported when using Codex with a ChatGPT account."}"""
            )
        );
    }

    [Theory]
    [MemberData(nameof(Translated))]
    public async Task Takes_every_translated_request(string file)
    {
        await using var caller = await Caller.StartAsync(
            new SimulatorOptions { CheckSeals = false, Models = WithUnknown("gpt-7-test") }
        );
        var sample = Fixtures.Json("translation", file);
        var body =
            sample.TryGetProperty("body", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : sample;

        var (status, answer) = await caller.AskAsync(body.GetRawText());

        status.ShouldBe(200, answer);
    }

    private static IReadOnlyList<CatalogueModel> WithUnknown(string slug) =>
        [.. CatalogueModel.All, CatalogueModel.All.Single(model => model.Slug == "gpt-6.1-sol") with { Slug = slug }];
}
