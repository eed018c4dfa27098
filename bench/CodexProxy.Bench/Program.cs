using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using CodexProxy.Bench;

// In process: the project the default toolchain generates does not know this repository's central packages and output folder.
var config = ManualConfig
    .Create(DefaultConfig.Instance)
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
const string Write = "--write";
var summaries = BenchmarkSwitcher
    .FromAssembly(typeof(RequestBenchmarks).Assembly)
    .Run([.. args.Where(argument => argument != Write)], config);
if (args.Contains(Write))
{
    var tables = new AccumulationLogger();
    foreach (var summary in summaries)
    {
        tables.WriteLine($"### {summary.BenchmarksCases[0].Descriptor.Type.Name}\n");
        MarkdownExporter.GitHub.ExportToLog(summary, tables);
        tables.WriteLine();
    }

    ResultsFile.Replace("micro", $"{ResultsFile.MachineFacts()}\n\n{tables.GetLog()}");
}
