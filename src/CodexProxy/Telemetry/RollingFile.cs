using System.Text;
using CodexProxy.Storage;

namespace CodexProxy.Telemetry;

/// <summary>
/// <c>gateway.log</c> in a folder, for its owner only. When it is full it becomes <c>gateway.log.1</c>, that one
/// <c>gateway.log.2</c>, and so on; the last is deleted. A disk that takes nothing is told of once, and tried again after a while.
/// Only one process of a folder writes.
/// </summary>
/// <param name="folder">Its folder, made when the first line comes.</param>
/// <param name="maxBytes">Size of one file.</param>
/// <param name="files">How many files there are at most, at least one.</param>
/// <param name="time">Clock of the next try.</param>
/// <param name="trouble">Is told why nothing can be written.</param>
internal sealed class RollingFile(string folder, long maxBytes, int files, TimeProvider time, Action<string> trouble)
    : ILogSink
{
    /// <summary>Name of the file that is written to.</summary>
    public const string Name = "gateway.log";

    private const int FlushSize = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly MemoryStream _waiting = new();
    private FileStream? _file;
    private FileStream? _lock;
    private long _length;
    private long? _failed;
    private bool _told;

    private string FilePath => Path.Combine(folder, Name);

    /// <inheritdoc/>
    public void Write(LogLine line)
    {
        var bytes = Encoding.UTF8.GetBytes(LogText.ForFile(line) + "\n");
        if (_length + _waiting.Length + bytes.Length > maxBytes && _length + _waiting.Length > 0)
        {
            Flush();
            Try(Roll);
        }

        _waiting.Write(bytes);
        if (_waiting.Length >= FlushSize)
        {
            Flush();
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (_waiting.Length > 0)
        {
            Try(Append);
            _waiting.SetLength(0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        Close();
        _lock?.Dispose();
    }

    private void Try(Action action)
    {
        if (_failed is { } at && time.GetElapsedTime(at) < Pause)
        {
            return;
        }

        try
        {
            action();
            (_failed, _told) = (null, false);
        }
        // The framework's word for a file that would grow beyond the limit of the system or the user is an argument's.
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            Close();
            _failed = time.GetTimestamp();
            if (!_told)
            {
                _told = true;
                trouble(
                    $"The log file cannot be written, and lines are missing there until it can: {exception.Message}"
                );
            }
        }
    }

    private void Append()
    {
        Open();
        _file!.Write(_waiting.GetBuffer(), 0, (int)_waiting.Length);
        _length += _waiting.Length;
    }

    private void Open()
    {
        if (_file is not null)
        {
            return;
        }

        PrivateFolder.Create(folder);
        // Two that write the same file would write over each other's lines.
        _lock ??= new FileStream(FilePath + ".lock", Private(FileShare.None));
        if (new FileInfo(FilePath) is { Exists: true } old && old.Length >= maxBytes)
        {
            Shift();
        }

        _file = new FileStream(FilePath, Private(FileShare.ReadWrite | FileShare.Delete));
        _length = _file.Seek(0, SeekOrigin.End);
    }

    private void Roll()
    {
        Open();
        if (_length > 0)
        {
            Close();
            Shift();
            Open();
        }
    }

    private void Shift()
    {
        // Settings may have been larger once.
        foreach (var path in Directory.GetFiles(folder, Name + ".*"))
        {
            // The file itself is found by that pattern too.
            if (
                path.Length > FilePath.Length
                && int.TryParse(path.AsSpan(FilePath.Length + 1), out var number)
                && number >= files - 1
            )
            {
                File.Delete(path);
            }
        }

        for (var number = files - 2; number >= 0; number--)
        {
            var path = number == 0 ? FilePath : $"{FilePath}.{number}";
            if (File.Exists(path))
            {
                File.Move(path, $"{FilePath}.{number + 1}", overwrite: true);
            }
        }

        if (files == 1)
        {
            File.Delete(FilePath);
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _length = 0;
    }

    private static FileStreamOptions Private(FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = share,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
