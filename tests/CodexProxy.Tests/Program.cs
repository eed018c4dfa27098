using CodexProxy.Tests;
using CodexProxy.Tests.Credentials;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// Some laws are about several programs at once; for them this program starts itself with another task.
return args switch
{
    [RefreshProcess.Argument, var file, var issuer, var dieAt] => await RefreshProcess.RunAsync(
        file,
        new Uri(issuer),
        dieAt
    ),
    _ when args.Contains("-automated") || args.Contains("@@") => await ConsoleRunner.Run(args),
    _ => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
};
