using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Storage;
using CodexProxy.Telemetry;

namespace CodexProxy.Keys;

/// <summary>A key that cannot be made or revoked; its message is for people.</summary>
internal sealed class KeyException(string message) : Exception(message);

/// <summary>
/// The named keys in <c>keys.json</c>. Each change is one rename under a lock, so that any number of programs may make them at
/// once. The file stays when the last key is revoked: it says that keys are asked for here.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="time">Clock of the lock, and of when a key was made.</param>
internal sealed class KeyStore(string path, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The keys, oldest first; none when there is no file.</summary>
    /// <exception cref="KeyException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public IReadOnlyList<NamedKey> Read()
    {
        try
        {
            return KeyDocument.Read(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (JsonException)
        {
            // Never replaced silently: it says who may come in.
            throw new KeyException(
                "keys.json in the state folder is damaged. Restore it, or remove it and make new keys."
            );
        }
    }

    /// <summary>Makes a key.</summary>
    /// <param name="name">A name that no other key has.</param>
    /// <param name="anthropic">Whether it has the form of Anthropic's own.</param>
    /// <param name="terms">What it opens; its name, digest and time are not looked at.</param>
    /// <param name="cancellationToken">Ends the waiting for another program.</param>
    /// <returns>The key's text, which is kept nowhere.</returns>
    /// <exception cref="KeyException">The name is taken, or the file is damaged.</exception>
    public async Task<Secret> AddAsync(string name, bool anthropic, NamedKey terms, CancellationToken cancellationToken)
    {
        var text = KeyText.New(anthropic);
        await ChangeAsync(
            keys =>
                keys.Any(key => IsNamed(key, name))
                    ? throw new KeyException($"There is a key {name} already. Revoke it first, or choose another name.")
                    :
                    [
                        .. keys,
                        terms with
                        {
                            Name = name,
                            Digest = KeyText.DigestOf(text),
                            CreatedAt = time.GetUtcNow(),
                        },
                    ],
            cancellationToken
        );
        return text;
    }

    /// <summary>Revokes a key.</summary>
    /// <exception cref="KeyException">There is none of this name, or the file is damaged.</exception>
    public Task RevokeAsync(string name, CancellationToken cancellationToken) =>
        ChangeAsync(
            keys =>
                keys.Any(key => IsNamed(key, name))
                    ? [.. keys.Where(key => !IsNamed(key, name))]
                    : throw new KeyException($"There is no key {name}. `codex-proxy keys list` shows all."),
            cancellationToken
        );

    private async Task ChangeAsync(
        Func<IReadOnlyList<NamedKey>, IReadOnlyList<NamedKey>> change,
        CancellationToken cancellationToken
    )
    {
        PrivateFolder.Create(Path.GetDirectoryName(path)!);
        using var held =
            await RefreshLock.AcquireAsync(path + ".lock", Patience, time, cancellationToken)
            ?? throw new KeyException("Another program has been changing the keys for too long.");
        AtomicFile.Write(path, KeyDocument.Write(change(Read())));
    }

    private static bool IsNamed(NamedKey key, string name) => key.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
