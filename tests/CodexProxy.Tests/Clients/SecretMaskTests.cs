using System.Text;
using System.Text.Json;
using CodexProxy.Clients;

namespace CodexProxy.Tests.Clients;

public sealed class SecretMaskTests
{
    [Fact]
    public void Strings_of_members_that_sound_secret_are_hidden_and_nothing_else() =>
        SecretMask
            .Hide(
                """
                { // a key
                  "env": {"ANTHROPIC_AUTH_TOKEN": "abc", "ANTHROPIC_CUSTOM_HEADERS":"x: y", "KEY": "", "MAX_TOKENS": "272000", "URL": "u"},
                  "db_Password" : "123", "tokens": ["a", "b"], "token_limit": 5, "after": "seen",
                }
                """u8
            )
            .ShouldBe(
                """
                { // a key
                  "env": {"ANTHROPIC_AUTH_TOKEN": "***", "ANTHROPIC_CUSTOM_HEADERS":"***", "KEY": "", "MAX_TOKENS": "272000", "URL": "u"},
                  "db_Password" : "***", "tokens": ["***", "***"], "token_limit": 5, "after": "seen",
                }
                """
            );

    [Fact]
    public void What_cannot_be_read_is_hidden_whole() => SecretMask.Hide("{\"token\": \"abc"u8).ShouldBe("***");

    [Fact]
    public void The_plain_form_has_neither_comments_nor_secrets() =>
        JsonSerializer
            .Serialize(SecretMask.Plain(Encoding.UTF8.GetBytes("\uFEFF{ /* c */ \"apiKey\": \"s\", \"a\": [1,], }")))
            .ShouldBe("""{"apiKey":"***","a":[1]}""");
}
