using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Storage;
using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>
/// A login in a file of the form of <c>auth.json</c>: the Codex CLI's own, used in place, or one of this program's. A reader
/// sees the old or the new content and nothing else; mode 0600 from the first byte; a symbolic link stays a link.
/// </summary>
/// <param name="path">Where it lies.</param>
/// <param name="shownPath">How to call it to people.</param>
/// <param name="signInCommand">The command that signs in anew.</param>
internal sealed class AuthFile(string path, string shownPath, string signInCommand = AuthFile.CodexSignIn) : ILoginStore
{
    /// <summary>The command that renews the Codex CLI's own login.</summary>
    public const string CodexSignIn = "codex login";

    /// <inheritdoc/>
    public string ShownPath => shownPath;

    /// <inheritdoc/>
    public string SignInCommand => signInCommand;

    /// <inheritdoc/>
    // Beside the login, so that whoever shares the login shares the lock, whatever else they have set.
    public string LockPath => RealPath + ".lock";

    private string AnswerPath => RealPath + ".answer";

    private string RealPath =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target
            ? target.FullName
            : path;

    /// <inheritdoc/>
    public StoredLogin Read()
    {
        try
        {
            return AuthDocument.Read(ReadDocument());
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new StoredLogin.None(LoginProblem.NoFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new StoredLogin.None(LoginProblem.Denied);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new StoredLogin.None(LoginProblem.Corrupt);
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> ReadDocument() => File.ReadAllBytes(path).AsMemory().WithoutByteOrderMark();

    /// <inheritdoc/>
    public FileStamp Stamp() => FileStamp.Of(RealPath);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> document) => AtomicFile.Write(RealPath, document);

    /// <inheritdoc/>
    public IKeptAnswer BeginAnswer(Secret spent) => AnswerFile.Create(AnswerPath, spent);

    /// <inheritdoc/>
    public IKeptAnswer? FindAnswer(Secret spent, out RefreshedTokens tokens) =>
        AnswerFile.Find(AnswerPath, spent, out tokens);
}
