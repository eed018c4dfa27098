using CodexProxy.Fuzz;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// As a suite it makes a short run; with the word `fuzz` it makes one of any length.
return args switch
{
    ["fuzz", .. var rest] => new FuzzRun(FuzzOptions.Parse(rest), Console.Out).Run() == 0 ? 0 : 1,
    _ when args.Contains("-automated") || args.Contains("@@") => await ConsoleRunner.Run(args),
    _ => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
};
