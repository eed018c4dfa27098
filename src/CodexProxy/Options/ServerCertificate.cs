using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CodexProxy.Options;

/// <summary>The certificate the gateway shows, as the settings name it.</summary>
internal static class ServerCertificate
{
    /// <summary>Reads the certificate with its key, and what leads from it to its issuer.</summary>
    /// <exception cref="OptionsRejectedException">There is none, it cannot be read, or it has no key.</exception>
    public static (X509Certificate2 Leaf, X509Certificate2Collection Chain)? Load(ServerOptions server)
    {
        if (!server.IsEncrypted)
        {
            return null;
        }

        var path = server.Certificate;

        try
        {
            var (leaf, chain) = IsArchive(path, server) ? ReadArchive(path, server) : ReadPem(path, server);
            return leaf.HasPrivateKey ? (leaf, chain) : throw Rejected("it holds no private key");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Rejected("a file of it cannot be read");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // Its message may hold part of the file.
            throw Rejected("certificate and key do not fit, or the password is wrong");
        }
    }

    /// <summary>SHA-256 of the certificate as 64 hex digits: by it commands on this machine know their own gateway.</summary>
    public static string? FingerprintOf(ServerOptions server) =>
        Load(server) is { } found ? found.Leaf.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant() : null;

    /// <summary>
    /// The host under which clients on this machine should ask: the address, <c>localhost</c> or one of the host names, whichever
    /// the certificate is for first. Null when it is for none of them, or cannot be read.
    /// </summary>
    public static string? HostFor(ServerOptions server, string address)
    {
        try
        {
            var leaf = Load(server)?.Leaf;
            return new[] { address, "localhost" }
                .Concat(server.HostNames.Select(name => new Uri($"https://{name}/").Host))
                .FirstOrDefault(name => leaf?.MatchesHostname(name.Trim('[', ']')) == true);
        }
        catch (OptionsRejectedException)
        {
            return null;
        }
    }

    private static bool IsArchive(string path, ServerOptions server) =>
        server.CertificateKey.Length == 0 && Path.GetExtension(path).ToLowerInvariant() is ".pfx" or ".p12";

    private static (X509Certificate2, X509Certificate2Collection) ReadArchive(string path, ServerOptions server)
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, server.CertificatePassword?.Reveal());
        var leaf = all.FirstOrDefault(one => one.HasPrivateKey) ?? throw Rejected("it holds no private key");
        all.Remove(leaf);
        return (leaf, all);
    }

    private static (X509Certificate2, X509Certificate2Collection) ReadPem(string path, ServerOptions server)
    {
        var key = server.CertificateKey.Length > 0 ? server.CertificateKey : null;
        var leaf = server.CertificatePassword is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(path, password.Reveal(), key)
            : X509Certificate2.CreateFromPemFile(path, key);
        if (OperatingSystem.IsWindows())
        {
            // Its TLS takes no key that lies in memory only.
            leaf = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), password: null);
        }

        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        foreach (var one in chain.Where(one => one.Thumbprint == leaf.Thumbprint).ToList())
        {
            chain.Remove(one);
        }

        return (leaf, chain);
    }

    private static OptionsRejectedException Rejected(string problem) =>
        new([
            new OptionError(
                "server.certificate",
                problem,
                "Name a PEM file and its key in server.certificateKey, or a .pfx file with its password in CODEX_PROXY_CERTIFICATE_PASSWORD."
            ),
        ]);
}
