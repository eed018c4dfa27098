using System.Net.Security;
using System.Security.Cryptography;

namespace CodexProxy.Launcher;

/// <summary>Carries requests of commands to the gateway of this machine: past any proxy, and wherever it points no further.</summary>
internal static class LocalHandler
{
    /// <summary>Makes a handler.</summary>
    /// <param name="fingerprint">
    /// SHA-256 of the certificate that the gateway shows, from a file of this user: it is trusted whoever issued it, and for
    /// every name. Null for none: then only what the system trusts.
    /// </param>
    public static SocketsHttpHandler Create(string? fingerprint) => Create(shown => shown == fingerprint);

    /// <summary>Makes a handler for questions that tell nothing: it does not matter who answers.</summary>
    public static SocketsHttpHandler ForAnybody() => Create(_ => true);

    private static SocketsHttpHandler Create(Predicate<string> isKnown)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            errors == SslPolicyErrors.None
            || (
                certificate is not null
                && isKnown(certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant())
            );
        return handler;
    }
}
