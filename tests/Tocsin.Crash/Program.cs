using System.Globalization;
using Tocsin.Crash;

// Roles of the processes that kill tests start: the one that is killed, the one that it talks to, and one that only holds a directory.
return args switch
{
    ["sink", var log] => await LineSink.RunAsync(log),
    ["storm", var data, var port, var life, var synchronous, var halt] => await new Storm(
        data, Number(port), life, synchronous, halt).RunAsync(writers: 8),
    ["drain", var data, var port, var life] => await new Storm(data, Number(port), life, "FULL", "never").RunAsync(writers: 0),
    ["hold", var data] => Hold.Run(data),
    ["change", var directory, var content, var halt] => await new Changing(directory, halt).RunAsync(content),
    _ => 2,
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
