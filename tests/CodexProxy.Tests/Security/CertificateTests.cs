using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CodexProxy.Clients;
using CodexProxy.Commands;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Security;

public sealed class CertificateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("pem")]
    [InlineData("one-pem")]
    [InlineData("encrypted-pem")]
    [InlineData("pfx")]
    public async Task A_certificate_makes_it_https(string form)
    {
        var server = Make(form, "localhost");
        await using var gateway = await RunningGateway.StartAsync(options => options with { Server = server });
        var shown = ServerCertificate.FingerprintOf(server);
        using var http = new HttpClient(LocalHandler.Create(shown));
        var port = gateway.Address.Port;

        gateway.Address.Scheme.ShouldBe("https");
        (await http.GetStringAsync($"https://localhost:{port}/health")).ShouldContain("ok");
        (
            await new PortProbe(TimeProvider.System).AskAsync($"https://127.0.0.1:{port}", CancellationToken.None)
        ).ShouldBe(Listener.CodexProxy);
        // Neither without encryption, nor to whom the certificate is not known.
        await Should.ThrowAsync<HttpRequestException>(() => http.GetStringAsync($"http://localhost:{port}/health"));
        using var stranger = new HttpClient(LocalHandler.Create(null));
        await Should.ThrowAsync<HttpRequestException>(() =>
            stranger.GetStringAsync($"https://localhost:{port}/health")
        );
    }

    [Fact]
    public async Task Host_and_origin_are_checked_as_over_http()
    {
        var server = Make("pem", "box.lan") with { HostNames = ["box.lan:443"] };
        await using var gateway = await RunningGateway.StartAsync(options => options with { Server = server });
        using var http = new HttpClient(LocalHandler.Create(ServerCertificate.FingerprintOf(server)))
        {
            BaseAddress = gateway.Address,
        };
        var own = gateway.Address.GetLeftPart(UriPartial.Authority);

        (await StatusAsync("evil.example", null)).ShouldBe(403);
        (await StatusAsync("box.lan:443", null)).ShouldBe(200);
        (await StatusAsync(null, own)).ShouldBe(200);
        (await StatusAsync(null, "https://evil.example")).ShouldBe(403);

        async Task<int> StatusAsync(string? host, string? origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
            request.Headers.Host = host;
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using var answer = await http.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public void Links_lead_to_a_name_of_the_certificate()
    {
        ReachableAddress.Of(Make("pem", "localhost"), 8082).ShouldBe("https://localhost:8082");
        ReachableAddress
            .Of(Make("pem", "box.lan") with { HostNames = ["a.lan", "box.lan"] }, 1)
            .ShouldBe("https://box.lan:1");
        ReachableAddress.Of(Make("pem", "other.lan"), 1).ShouldBe("https://127.0.0.1:1");
        ReachableAddress.Of(new ServerOptions(), 1).ShouldBe("http://127.0.0.1:1");
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_ends_the_start()
    {
        using var run = new CommandRun();
        run.Variables["CODEX_PROXY_CERTIFICATE"] = "missing.pem";
        (await run.RunAsync("serve", "--port", "0")).ShouldBe(ExitCode.WrongUsage);
        run.Messages.ShouldContain("server.certificate: a file of it cannot be read");

        run.Clear();
        var server = Make("pfx", "localhost");
        run.Variables["CODEX_PROXY_CERTIFICATE"] = server.Certificate;
        run.Variables["CODEX_PROXY_CERTIFICATE_PASSWORD"] = "wrong-password";
        (await run.RunAsync("serve", "--port", "0")).ShouldBe(ExitCode.WrongUsage);
        run.Messages.ShouldContain("the password is wrong");
        run.Messages.ShouldNotContain("wrong-password");
    }

    public void Dispose() => _folder.Dispose();

    private ServerOptions Make(string form, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        var server = new ServerOptions { Port = 0, Certificate = _folder["server.pem"] };
        var pem = certificate.ExportCertificatePem();
        switch (form)
        {
            case "one-pem":
                _folder.Write("server.pem", $"{pem}\n{key.ExportPkcs8PrivateKeyPem()}\n");
                return server;
            case "pfx":
                File.WriteAllBytes(_folder["server.pfx"], certificate.Export(X509ContentType.Pkcs12, "pass"));
                return server with { Certificate = _folder["server.pfx"], CertificatePassword = new Secret("pass") };
            default:
                _folder.Write("server.pem", pem);
                var isSealed = form == "encrypted-pem";
                _folder.Write(
                    "server.key",
                    isSealed
                        ? key.ExportEncryptedPkcs8PrivateKeyPem(
                            "pass",
                            new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)
                        )
                        : key.ExportPkcs8PrivateKeyPem()
                );
                return server with
                {
                    CertificateKey = _folder["server.key"],
                    CertificatePassword = isSealed ? new Secret("pass") : null,
                };
        }
    }
}
