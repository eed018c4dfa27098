using System.Security.Cryptography;
using Microsoft.Identity.Client.Extensions.Msal;

namespace CodexProxy.Accounts;

/// <summary>
/// The key store of the system through a library that knows all three: Keychain on macOS, DPAPI on Windows, and the Secret
/// Service on Linux.
/// </summary>
/// <param name="folder">Where the library keeps a file for each entry: the sealed content on Windows, nothing elsewhere.</param>
internal sealed class SystemKeyring(string folder) : ISecretVault
{
    private const string Application = "codex-proxy";

    /// <inheritdoc/>
    public bool Works()
    {
        // A name of its own: another program may be trying at the same moment.
        var probe = RandomNumberGenerator.GetBytes(16);
        var name = $"probe-{Convert.ToHexStringLower(probe.AsSpan(0, 6))}";
        try
        {
            Write(name, probe);
            var read = Read(name);
            Remove(name);
            return read is not null && probe.AsSpan().SequenceEqual(read);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public byte[]? Read(string name) =>
        Try("read", () => Open(name).ReadData()) is { Length: > 0 } content ? content : null;

    /// <inheritdoc/>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        Try(
            "written",
            () =>
            {
                Open(name).WriteData(bytes);
                return 0;
            }
        );
    }

    /// <inheritdoc/>
    public void Remove(string name) =>
        Try(
            "changed",
            () =>
            {
                Open(name).Clear(ignoreExceptions: false);
                return 0;
            }
        );

    private Microsoft.Identity.Client.Extensions.Msal.Storage Open(string name) =>
        Microsoft.Identity.Client.Extensions.Msal.Storage.Create(
            new StorageCreationPropertiesBuilder(name + ".bin", folder)
                .WithMacKeyChain(Application, name)
                .WithLinuxKeyring(
                    "com.github.codex-proxy.login",
                    MsalCacheHelper.LinuxKeyRingDefaultCollection,
                    $"{Application} login",
                    new KeyValuePair<string, string>("application", Application),
                    new KeyValuePair<string, string>("entry", name)
                )
                .Build()
        );

    // The library throws what each system gives it, some of it of types that are not public. To the rest of the program it is
    // one thing that failed.
    private static T Try<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new IOException($"The key store of this system cannot be {what}.", exception);
        }
    }
}
