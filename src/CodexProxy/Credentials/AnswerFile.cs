using System.Security.Cryptography;
using System.Text;
using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>
/// A file beside the login that holds the issuer's answer from the moment it came until its tokens are stored. It begins
/// with a line that names the spent token, so that it can never be taken for the answer to another one.
/// </summary>
internal sealed class AnswerFile : IKeptAnswer
{
    private readonly string _path;
    private readonly FileStream? _file;
    private bool _stays;

    private AnswerFile(string path, FileStream? file = null) => (_path, _file) = (path, file);

    /// <summary>Makes the file and writes its first line.</summary>
    /// <param name="path">Where; an old one is replaced.</param>
    /// <param name="spent">The refresh token about to be spent.</param>
    public static AnswerFile Create(string path, Secret spent)
    {
        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        file.Write(FirstLine(spent));
        return new AnswerFile(path, file);
    }

    /// <summary>The file that lies there, if it answers for this spent token and is whole; else null.</summary>
    /// <param name="path">Where.</param>
    /// <param name="spent">The refresh token that the stored login holds.</param>
    /// <param name="tokens">What it holds.</param>
    public static AnswerFile? Find(string path, Secret spent, out RefreshedTokens tokens)
    {
        tokens = new RefreshedTokens(null, null, null);
        if (!File.Exists(path))
        {
            return null;
        }

        var content = File.ReadAllBytes(path);
        var line = FirstLine(spent);
        if (
            !content.AsSpan().StartsWith(line)
            || TokenAnswer.Read(content.AsMemory(line.Length)).Tokens is not { } found
        )
        {
            return null;
        }

        tokens = found;
        return new AnswerFile(path);
    }

    /// <inheritdoc/>
    public void Keep(ReadOnlySpan<byte> answer)
    {
        var file = _file ?? throw new InvalidOperationException("This answer is kept already.");
        file.Write(answer);
        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public void Leave() => _stays = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        if (!_stays)
        {
            File.Delete(_path);
        }
    }

    private static byte[] FirstLine(Secret spent) =>
        Encoding.ASCII.GetBytes(
            $"answer for {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(spent.Reveal())))}\n"
        );
}
