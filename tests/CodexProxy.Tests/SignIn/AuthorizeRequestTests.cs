using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CodexProxy.Options;
using CodexProxy.SignIn;
using CodexProxy.Telemetry;
using Microsoft.AspNetCore.WebUtilities;

namespace CodexProxy.Tests.SignIn;

public sealed class AuthorizeRequestTests
{
    private static AuthorizeRequest Request() =>
        new(new UpstreamOptions(), new Uri("http://127.0.0.1:1455/auth/callback"));

    [Fact]
    public void The_parameters_are_those_of_the_issuers_own_client_in_its_order()
    {
        var request = Request();
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(request.Verifier.Reveal())));
        var state = QueryHelpers.ParseQuery(request.Url.Query)["state"].ToString();

        request.Url.AbsoluteUri.ShouldBe(
            "https://auth.openai.com/oauth/authorize?response_type=code&client_id=app_EMoamEEZ73f0CkXaXp7hrann"
                + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1455%2Fauth%2Fcallback"
                + $"&code_challenge={challenge}&code_challenge_method=S256&state={state}"
                + "&scope=openid%20profile%20email%20offline_access%20api.connectors.read%20api.connectors.invoke"
                + "&id_token_add_organizations=true&codex_cli_simplified_flow=true&originator=codex_proxy"
        );
        request.Verifier.Reveal().Length.ShouldBe(86);
        state.Length.ShouldBe(43);
        request.HasState(new Secret(state)).ShouldBeTrue();
        request.HasState(new Secret(state + "x")).ShouldBeFalse();
        request.HasState(null).ShouldBeFalse();
    }

    [Fact]
    public void Every_request_has_secrets_of_its_own_and_shows_none()
    {
        var (one, other) = (Request(), Request());

        one.Verifier.ShouldNotBe(other.Verifier);
        one.Url.ShouldNotBe(other.Url);
        $"{one.Verifier} {one}".ShouldBe($"*** {typeof(AuthorizeRequest)}");
    }
}
