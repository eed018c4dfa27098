using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Telemetry;

namespace CodexProxy.Accounts;

/// <summary>
/// A login whose document is an entry of the system's key store. The account's file stands for it on the disk: its time of
/// change tells other programs that the entry has changed, and its lock is the login's lock.
/// </summary>
/// <param name="vault">The key store.</param>
/// <param name="name">The entry.</param>
/// <param name="file">The account's file.</param>
/// <param name="shownFile">How to call that file to people.</param>
internal sealed class KeyringLogin(ISecretVault vault, string name, string file, string shownFile) : ILoginStore
{
    /// <inheritdoc/>
    public string ShownPath => $"the key store entry of {shownFile}";

    /// <inheritdoc/>
    public string SignInCommand => "codex-proxy login";

    /// <inheritdoc/>
    public string LockPath => file + ".lock";

    /// <inheritdoc/>
    public FileStamp Stamp() => FileStamp.Of(file);

    /// <inheritdoc/>
    public StoredLogin Read()
    {
        try
        {
            return vault.Read(name) is { } document
                ? AuthDocument.Read(document)
                : new StoredLogin.None(LoginProblem.NoTokens);
        }
        catch (IOException)
        {
            return new StoredLogin.None(LoginProblem.Denied);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new StoredLogin.None(LoginProblem.Corrupt);
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> ReadDocument() =>
        vault.Read(name) ?? throw new IOException("The key store has no such entry.");

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> document)
    {
        vault.Write(name, document);
        // Rewritten unchanged: its new time is the sign for everybody else.
        Storage.AtomicFile.Write(file, File.ReadAllBytes(file));
    }

    /// <summary>Removes the entry, and the answer to a renewal that was broken off.</summary>
    /// <exception cref="IOException">The key store refuses.</exception>
    public void Remove()
    {
        if (Read() is StoredLogin.Tokens { Set.RefreshToken: { } token } && vault.Read(AnswerName(token)) is not null)
        {
            vault.Remove(AnswerName(token));
        }

        vault.Remove(name);
    }

    /// <inheritdoc/>
    public IKeptAnswer BeginAnswer(Secret spent)
    {
        var entry = AnswerName(spent);
        var kept = vault.Read(entry);
        // Written before the token is spent, because a key store may be readable and yet refuse to be written.
        vault.Write(entry, kept ?? "{}"u8);
        return new KeptEntry(vault, entry, isKept: kept is not null);
    }

    /// <inheritdoc/>
    public IKeptAnswer? FindAnswer(Secret spent, out RefreshedTokens tokens)
    {
        tokens = new RefreshedTokens(null, null, null);
        if (vault.Read(AnswerName(spent)) is not { } answer || TokenAnswer.Read(answer).Tokens is not { } found)
        {
            return null;
        }

        tokens = found;
        return new KeptEntry(vault, AnswerName(spent), isKept: true);
    }

    // Bound to the stored token by its name, so that it can never be taken for the answer to another one.
    private string AnswerName(Secret spent) => $"{name}-answer-{spent.Fingerprint}";

    private sealed class KeptEntry(ISecretVault vault, string name, bool isKept) : IKeptAnswer
    {
        private bool _isKept = isKept;

        public void Keep(ReadOnlySpan<byte> answer)
        {
            _isKept = true;
            vault.Write(name, answer);
        }

        public void Forget() => _isKept = false;

        public void Dispose()
        {
            if (!_isKept)
            {
                vault.Remove(name);
            }
        }
    }
}
