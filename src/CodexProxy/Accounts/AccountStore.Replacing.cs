using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Storage;

namespace CodexProxy.Accounts;

/// <summary>What may take the place of a login, and what becomes of the one before.</summary>
internal sealed partial class AccountStore
{
    // A refresh token works once. The Codex CLI's older one is spent as soon as its copy here has been renewed.
    private void RefuseOverNewer(TokenSet codex)
    {
        var file = PathOf(codex.Credential.Key);
        if (File.Exists(file) && Open(file) is { IsShared: false } here && IsNewer(here.Login.Read(), codex))
        {
            throw new AccountException(
                $"The login of {codex.Credential.Email ?? here.Key} here is newer than the Codex CLI's, and would be lost. "
                    + $"To take the other one all the same, run `codex-proxy accounts remove {here.Key}` first."
            );
        }
    }

    private static bool IsNewer(StoredLogin login, TokenSet than) =>
        login is StoredLogin.Tokens { Set: var tokens }
        && !tokens.HasSameTokens(than)
        && tokens.LastRefresh > (than.LastRefresh ?? DateTimeOffset.MinValue);

    // Under the lock. A file that cannot be understood may still hold what a person, or a later version, can use.
    private string? SetAsideDamaged(string file)
    {
        if (
            !File.Exists(file)
            || Open(file) is { Login: not AuthFile }
            || new AuthFile(file, file).Read()
                is not StoredLogin.None { Problem: LoginProblem.Corrupt or LoginProblem.NewerVersion }
        )
        {
            return null;
        }

        File.Move(file, file + ".damaged", overwrite: true);
        return _shown(file + ".damaged");
    }

    // A plain auth.json that somebody put into the folder becomes an account: version 0 is migrated to version 1.
    private string AdoptIfPlain(string file)
    {
        try
        {
            if (!IsPlain(file, out _, out var tokens))
            {
                return file;
            }

            // Somebody who renews either of the two at this moment is not disturbed; the next look will do.
            var target = PathOf(tokens.Credential.Key);
            using var held = RefreshLock.TryAcquire(target + ".lock");
            using var heldToo = target == file ? null : RefreshLock.TryAcquire(file + ".lock");
            return held is not null && (heldToo is not null || target == file) ? Adopt(file, target) : file;
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            // It stays where it is; opening it says what is the matter.
            return file;
        }
        finally
        {
            if (!File.Exists(file))
            {
                File.Delete(file + ".lock");
            }
        }
    }

    private string Adopt(string file, string target)
    {
        if (!IsPlain(file, out var content, out var tokens))
        {
            return file;
        }

        if (target != file && File.Exists(target))
        {
            if (IsNewer(Open(target).Login.Read(), tokens))
            {
                File.Move(file, file + ".older", overwrite: true);
                return target;
            }

            SetAsideDamaged(target);
        }

        AtomicFile.Write(target, AccountDocument.Adopt(content, AccountOrigin.Import, _time.GetUtcNow()));
        if (target != file)
        {
            File.Delete(file);
        }

        return target;
    }

    private static bool IsPlain(string file, out ReadOnlyMemory<byte> content, out TokenSet tokens)
    {
        content = File.ReadAllBytes(file).AsMemory().WithoutByteOrderMark();
        tokens = AuthDocument.Read(content) is StoredLogin.Tokens { Set: var read } ? read : null!;
        return tokens is not null && AccountDocument.Read(content).Version == 0;
    }

    // A name of a string can be half a character, which is JSON and no text.
    private static bool IsUnreadable(Exception exception) =>
        exception is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException;
}
