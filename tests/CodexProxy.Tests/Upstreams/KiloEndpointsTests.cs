using System.Net;
using System.Text;
using CodexProxy.Endpoints;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Upstreams;

/// <summary>The model behind the name <c>kilo</c>, over HTTP.</summary>
public sealed class KiloEndpointsTests
{
    private const string Models = """
        {"data":[
         {"id":"minimax/minimax-m2.5:free","name":"MiniMax M2.5","context_length":196608,"pricing":{"prompt":"0","completion":"0"},"supported_parameters":["tools"]},
         {"id":"zero/price","pricing":{"prompt":"0","completion":"0"}},
         {"id":"paid/model","name":"Paid","pricing":{"prompt":"0.001","completion":"0"}},
         {"id":"half/paid:free","pricing":{"prompt":"0","completion":"0.2"}},
         {"id":"untold/price:free","supported_parameters":["temperature"]},
         {"id":"bad id","pricing":{"prompt":"0","completion":"0"}}]}
        """;

    [Fact]
    public async Task The_free_models_are_listed_and_asked_for_every_ten_minutes()
    {
        var time = new ManualTime();
        await using var stage = await StartAsync(time: time);
        stage.Other.Answer(Models);
        stage.Other.Answer(Models);

        using var first = await stage.Stage.Gateway.Http.GetAsync("/settings/kilo-models");
        using var second = await stage.Stage.Gateway.Http.GetAsync("/settings/kilo-models");
        stage.Other.Requests.Count.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(10));
        using var third = await stage.Stage.Gateway.Http.GetAsync("/settings/kilo-models");

        stage.Other.Requests.Count.ShouldBe(2);
        var json = await first.JsonAsync();
        json.GetProperty("success").GetBoolean().ShouldBeTrue();
        json.GetProperty("current").GetString().ShouldBe("minimax/minimax-m2.5:free");
        json.GetProperty("models")
            .EnumerateArray()
            .Select(model => model.GetProperty("id").GetString())
            .ShouldBe(["minimax/minimax-m2.5:free", "zero/price", "untold/price:free"]);
        var model = json.GetProperty("models")[0];
        model.GetProperty("name").GetString().ShouldBe("MiniMax M2.5");
        model.GetProperty("context_length").GetInt32().ShouldBe(196608);
        model.GetProperty("supportsTools").GetBoolean().ShouldBeTrue();
        stage.Other.Requests.ShouldAllBe(request => !request.Headers.ContainsKey("authorization"));
    }

    [Fact]
    public async Task A_choice_is_kept_and_serves()
    {
        await using var stage = await StartAsync();
        stage.Other.Answer(Models);
        stage.Other.Stream(UpstreamStage.Text("Hi", "stop"), "[DONE]");

        using var chosen = await ChooseAsync(stage, """{"haikuKiloModel":"zero/price"}""");
        using var served = await stage.Stage.PostAsync(
            """{"model":"kilo","max_tokens":300,"messages":[{"role":"user","content":"Hi"}]}"""
        );

        var json = await chosen.JsonAsync();
        json.GetProperty("haikuKiloModel").GetString().ShouldBe("zero/price");
        json.GetProperty("kiloEnabled").GetBoolean().ShouldBeTrue();
        served.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Other.Requests.Last().Json.GetProperty("model").GetString().ShouldBe("zero/price");
        var file = Path.Combine(stage.Stage.Gateway.Home, "upstreams.json");
        File.ReadAllText(file).ShouldContain("zero/price");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        using var shown = await stage.Stage.Gateway.Http.GetAsync("/settings/haiku-model");
        (await shown.JsonAsync()).GetProperty("haikuKiloModel").GetString().ShouldBe("zero/price");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"haikuKiloModel":""}""")]
    [InlineData("""{"haikuKiloModel":"paid/model"}""")]
    [InlineData("""{"haikuKiloModel":"unknown"}""")]
    public async Task What_is_missing_or_costs_money_cannot_be_chosen(string body)
    {
        await using var stage = await StartAsync();
        stage.Other.Answer(Models);

        using var response = await ChooseAsync(stage, body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.JsonAsync()).GetProperty("success").GetBoolean().ShouldBeFalse();
        File.Exists(Path.Combine(stage.Stage.Gateway.Home, "upstreams.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task While_it_is_off_nothing_can_be_chosen_and_nobody_is_asked()
    {
        await using var stage = await StartAsync(enabled: false);

        using var chosen = await ChooseAsync(stage, """{"haikuKiloModel":"zero/price"}""");
        using var listed = await stage.Stage.Gateway.Http.GetAsync("/settings/kilo-models");
        using var shown = await stage.Stage.Gateway.Http.GetAsync("/settings/haiku-model");

        chosen.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        listed.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var json = await shown.JsonAsync();
        json.GetProperty("success").GetBoolean().ShouldBeTrue();
        json.GetProperty("haikuKiloModel").GetString().ShouldBe("minimax/minimax-m2.5:free");
        json.GetProperty("kiloEnabled").GetBoolean().ShouldBeFalse();
        stage.Other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_choice_needs_the_token_of_the_run()
    {
        await using var stage = await StartAsync();

        using var response = await ChooseAsync(stage, """{"haikuKiloModel":"zero/price"}""", withToken: false);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        stage.Other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_that_cannot_be_had_is_told()
    {
        await using var stage = await StartAsync();

        using var listed = await stage.Stage.Gateway.Http.GetAsync("/settings/kilo-models");
        stage.Other.Answer("[]");
        using var chosen = await ChooseAsync(stage, """{"haikuKiloModel":"zero/price"}""");

        listed.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        chosen.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task A_choice_that_cannot_be_kept_is_told_and_changes_nothing()
    {
        await using var stage = await StartAsync();
        stage.Other.Answer(Models);
        Directory.CreateDirectory(Path.Combine(stage.Stage.Gateway.Home, "upstreams.json"));

        using var chosen = await ChooseAsync(stage, """{"haikuKiloModel":"zero/price"}""");
        using var shown = await stage.Stage.Gateway.Http.GetAsync("/settings/haiku-model");

        chosen.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await chosen.JsonAsync()).GetProperty("error").GetString()!.ShouldStartWith("The choice could not be kept: ");
        (await shown.JsonAsync()).GetProperty("haikuKiloModel").GetString().ShouldBe("minimax/minimax-m2.5:free");
    }

    [Fact]
    public async Task The_list_of_models_names_kilos_model()
    {
        await using var stage = await StartAsync();

        using var response = await stage.Stage.Gateway.Http.GetAsync("/v1/models");
        using var one = await stage.Stage.Gateway.Http.GetAsync("/v1/models/kilo");

        (await response.Content.ReadAsStringAsync()).ShouldContain("\"kilo/minimax/minimax-m2.5:free\"");
        (await one.JsonAsync()).GetProperty("owned_by").GetString().ShouldBe("kilo");
    }

    private static Task<UpstreamStage> StartAsync(bool enabled = true, TimeProvider? time = null) =>
        UpstreamStage.StartAsync(
            time: time,
            configure: options => options with { Alternates = options.Alternates with { KiloEnabled = enabled } }
        );

    private static Task<HttpResponseMessage> ChooseAsync(UpstreamStage stage, string body, bool withToken = true)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/settings/haiku-model")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (withToken)
        {
            request.Headers.Add(ManagementGuard.TokenHeader, stage.Stage.Gateway.Get<ManagementToken>().Value.Reveal());
        }

        return stage.Stage.Gateway.Http.SendAsync(request);
    }
}
