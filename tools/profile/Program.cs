using CodexProxy.Profile;

// Makes the profile that tells which methods are compiled ahead.
//   Profile LIST FOLDER FILE     LIST: TYPE:METHOD METHOD …, one type a line; FOLDER: the trimmed assemblies; FILE: what to write
//   Profile --list LOG …         prints such a list of what a runtime has compiled (DOTNET_JitStdOutFile)
if (args is ["--list", .. var logs])
{
    foreach (var line in MethodList.FromLogs(logs))
    {
        Console.WriteLine(line);
    }

    return;
}

var writer = new ProfileWriter();
var library = new Library(args[1], writer);
var unknown = MethodList.Read(args[0]).Count(method => !library.Add(method));
File.WriteAllBytes(args[2], writer.ToArray());
Console.WriteLine($"{writer.Count} methods are compiled ahead; {unknown} of the list are not there.");
