using CodexProxy.Options;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Options;

public sealed class OptionsLoaderTests : OptionsFixture
{
    [Fact]
    public void No_secret_has_a_flag_because_every_user_of_a_machine_may_read_arguments()
    {
        var secrets = Settings.All.Where(setting => setting.IsSecret).ToList();

        secrets.Count.ShouldBeGreaterThan(1);
        secrets.ShouldAllBe(setting => setting.Flag == null);
    }

    [Fact]
    public void Without_anything_set_the_documented_defaults_hold()
    {
        var options = Load();

        options.Server.Port.ShouldBe(8082);
        options.Server.Host.ShouldBe("127.0.0.1");
        options.Server.BodyLimit.ShouldBe(32 * 1024 * 1024);
        options.Home.ShouldBe(Folder[".codex-proxy"]);
        options.ConfigPath.ShouldBe(ConfigPath);
        options.CodexHome.ShouldBe(Folder[".codex"]);
        options.LogLevel.ShouldBe(LogLevel.Information);
        options.Upstream.Responses.ShouldBe(new Uri("https://chatgpt.com/backend-api/codex/responses"));
        options.Upstream.Models.ShouldBe(new Uri("https://chatgpt.com/backend-api/codex/models"));
        options.Upstream.Token.ShouldBe(new Uri("https://auth.openai.com/oauth/token"));
        options.Upstream.Originator.ShouldBe("codex_proxy");
        options.Upstream.UserAgent.ShouldStartWith("codex-proxy/0.1.0 (");
        options.Upstream.ClientVersion.ShouldBe("0.169.0");
        options.Upstream.IdleTimeout.ShouldBe(TimeSpan.FromSeconds(300));
        options.Models.ShouldBe(new ModelOptions { Aliases = options.Models.Aliases });
        options.Messages.ShouldBe(new MessageOptions());
        options.Login.CallbackPorts.ShouldBe([1455, 1457]);
        options.Sources.ShouldBeEmpty();
    }

    [Fact]
    public void A_flag_wins_over_the_environment_which_wins_over_the_file_which_wins_over_the_default()
    {
        Load().SourceOf("port").ShouldBe(OptionSource.Default);

        Config("""{ "port": 1 }""");
        Load().Server.Port.ShouldBe(1);
        Load().SourceOf("port").ShouldBe(new(OptionOrigin.File, "~/.codex-proxy/config.json: port"));

        Variables["PORT"] = "2";
        Load().Server.Port.ShouldBe(2);
        Variables["PROXY_PORT"] = "3";
        Load().Server.Port.ShouldBe(3);
        Variables["CODEX_PROXY_PORT"] = "4";
        Load().Server.Port.ShouldBe(4);
        Load().SourceOf("port").ShouldBe(new(OptionOrigin.Environment, "CODEX_PROXY_PORT"));

        Flags["--port"] = "5";
        Load().Server.Port.ShouldBe(5);
        Load().SourceOf("port").ShouldBe(new(OptionOrigin.Flag, "--port"));
    }

    [Fact]
    public void Callback_ports_are_numbers_in_the_file_and_a_comma_list_in_the_environment()
    {
        Config("""{ "login": { "callbackPorts": [4000, 0] } }""");
        Load().Login.CallbackPorts.ShouldBe([4000, 0]);

        Variables["CODEX_PROXY_CALLBACK_PORTS"] = "4001, 4002";
        Load().Login.CallbackPorts.ShouldBe([4001, 4002]);

        Variables["CODEX_PROXY_CALLBACK_PORTS"] = ",";
        Errors().Single().ShouldContain("is not a list of one or more ports from 0 to 65535");
        Variables.Clear();
        Config("""{ "login": { "callbackPorts": [70000] } }""");
        Errors().Single().ShouldContain("login.callbackPorts");
    }

    [Fact]
    public void A_blank_variable_counts_as_not_set()
    {
        Variables["CODEX_PROXY_PORT"] = "  ";
        Variables["PROXY_PORT"] = "9000";

        Load().Server.Port.ShouldBe(9000);
    }

    [Fact]
    public void Every_variable_of_the_contract_reaches_its_setting()
    {
        Variables["CODEX_PROXY_HOME"] = "state";
        Variables["CODEX_HOME"] = "~/codex";
        Variables["CODEX_BASE_URL"] = "http://127.0.0.1:9/backend-api/";
        Variables["CODEX_PROXY_AUTH_ISSUER"] = "http://localhost:10/";
        Variables["CODEX_BIG_MODEL"] = "big-1";
        Variables["CODEX_SMALL_MODEL"] = "small-1";
        Variables["CODEX_THINKING_MODEL"] = "thinking-1";
        Variables["ANTHROPIC_DEFAULT_OPUS_MODEL"] = "opus-1";
        Variables["ANTHROPIC_DEFAULT_SONNET_MODEL"] = "sonnet-1";
        Variables["ANTHROPIC_DEFAULT_HAIKU_MODEL"] = "haiku-1";
        Variables["PASSTHROUGH_MODE"] = "true";
        Variables["PROXY_DEFAULT_EFFORT"] = "XHigh";
        Variables["PROXY_JSON_LIMIT"] = "20mb";
        Variables["LOG_LEVEL"] = "warn";
        Variables["CODEX_PROXY_MODEL_ALIASES"] = "fast=gpt-6-luna, deep=gpt-6.1-sol-xhigh";

        var options = Load();

        options.Home.ShouldBe(Folder["state"]);
        options.ConfigPath.ShouldBe(Folder["state/config.json"]);
        options.CodexHome.ShouldBe(Folder["codex"]);
        options.Upstream.Responses.ShouldBe(new Uri("http://127.0.0.1:9/backend-api/codex/responses"));
        options.Upstream.Token.ShouldBe(new Uri("http://localhost:10/oauth/token"));
        options.Models.ShouldBe(
            new ModelOptions
            {
                Big = "big-1",
                Small = "small-1",
                Thinking = "thinking-1",
                Opus = "opus-1",
                Sonnet = "sonnet-1",
                Haiku = "haiku-1",
                Passthrough = true,
                DefaultEffort = "xhigh",
                Aliases = options.Models.Aliases,
            }
        );
        options.Models.Aliases["deep"].ShouldBe("gpt-6.1-sol-xhigh");
        options.Server.BodyLimit.ShouldBe(20 * 1024 * 1024);
        options.LogLevel.ShouldBe(LogLevel.Warning);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("false")]
    [InlineData("No")]
    [InlineData("OFF")]
    public void Passthrough_has_four_words_for_off(string word)
    {
        Config("""{ "models": { "passthrough": true } }""");
        Variables["PASSTHROUGH_MODE"] = word;

        Load().Models.Passthrough.ShouldBeFalse();
    }

    [Fact]
    public void A_full_responses_url_wins_and_takes_the_catalogue_with_it()
    {
        Variables["CODEX_BASE_URL"] = "https://one.example";
        Variables["CHATGPT_API_URL"] = "https://two.example/x/codex/responses";

        Load().Upstream.Responses.ShouldBe(new Uri("https://two.example/x/codex/responses"));
        Load().Upstream.Models.ShouldBe(new Uri("https://two.example/x/codex/models"));
    }

    [Theory]
    [InlineData("http://example.com")]
    [InlineData("http://127.0.0.1.example.com")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("https://user:word@example.com")]
    [InlineData("https://example.com/?x=1")]
    [InlineData("chatgpt.com")]
    public void An_upstream_that_would_show_tokens_to_others_is_refused(string url)
    {
        Variables["CODEX_BASE_URL"] = url;

        Errors().ShouldHaveSingleItem().ShouldStartWith($"CODEX_BASE_URL: \"{url}\" is not an https URL");
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("*")]
    [InlineData("::")]
    [InlineData("192.168.1.5")]
    public void An_address_others_can_reach_needs_a_key(string host)
    {
        Flags["--host"] = host;
        Errors().ShouldHaveSingleItem().ShouldContain("CODEX_PROXY_CLIENT_KEYS");

        Variables["CODEX_PROXY_CLIENT_KEYS"] = "k1, k2";
        Load().Server.ClientKeys.Count.ShouldBe(2);
    }

    [Fact]
    public void All_errors_come_at_once_with_place_and_remedy()
    {
        Flags["--port"] = "80x";
        Variables["LOG_LEVEL"] = "loud";
        Config(
            """
            {
              // comments and trailing commas are fine
              "prot": 1,
              "upstream": { "baseUrl": 5, "idleTimeoutSeconds": 1 },
              "models": { "default": "x", "aliases": { "a": "has blank" } },
              "clientKeys": ["s3cret with blank"],
            }
            """
        );

        var errors = Errors();

        errors.ShouldBe([
            "~/.codex-proxy/config.json: prot: there is no such setting. The nearest known one is port.",
            "~/.codex-proxy/config.json: models.default: there is no such setting. The nearest known one is models.defaultEffort.",
            "--port: \"80x\" is not a whole number from 0 to 65535. Correct it, or remove it to use the default.",
            "~/.codex-proxy/config.json: clientKeys: the value is not a list of keys of printable ASCII without blanks. "
                + "Correct it, or remove it to use the default.",
            "LOG_LEVEL: \"loud\" is not one of error, warn, info, debug. Correct it, or remove it to use the default.",
            "~/.codex-proxy/config.json: upstream.baseUrl: 5 is not an https URL without user name, query or fragment "
                + "(http only to a loopback address). Correct it, or remove it to use the default.",
            "~/.codex-proxy/config.json: upstream.idleTimeoutSeconds: 1 is not a whole number of seconds from 5 to 3600. "
                + "Correct it, or remove it to use the default.",
            "~/.codex-proxy/config.json: models.aliases: { \"a\": \"has blank\" } is not an object of requested name to "
                + "upstream model name. Correct it, or remove it to use the default.",
        ]);
        errors.ShouldNotContain(error => error.Contains("s3cret"));
    }

    [Fact]
    public void A_broken_file_is_told_with_line_and_column()
    {
        Config("{\n  \"port\": ,\n}");

        Errors().ShouldHaveSingleItem().ShouldStartWith("~/.codex-proxy/config.json:2:11: this is not valid JSON.");
    }

    [Theory]
    [InlineData("""{ "port": 1, "port": 2 }""")]
    [InlineData("[]")]
    [InlineData("""{ "models": 3 }""")]
    [InlineData("""{ "port": "8082" }""")]
    public void A_file_of_the_wrong_form_is_an_error(string json)
    {
        Config(json);

        Errors().ShouldHaveSingleItem();
    }

    [Fact]
    public void A_named_file_must_exist_and_the_usual_one_need_not()
    {
        Load();
        Flags["--config"] = "mine.json";
        Errors().ShouldHaveSingleItem().ShouldStartWith("~/mine.json: the file does not exist.");

        Folder.Write("mine.json", "{ \"$schema\": \"config.schema.json\", \"port\": 7 }");
        Load().Server.Port.ShouldBe(7);
    }

    [Fact]
    public void A_byte_order_mark_is_no_error()
    {
        Config("\uFEFF{ \"port\": 7 }");

        Load().Server.Port.ShouldBe(7);
    }

    [Fact]
    public void Printed_options_hold_no_key()
    {
        Variables["CODEX_PROXY_CLIENT_KEYS"] = "s3cret-key";

        Load().ToString().ShouldNotContain("s3cret");
        string.Join(",", Load().Server.ClientKeys).ShouldBe("***");
    }
}
