namespace Tocsin.Tests;

/// <summary>One of the five outages: what a person types, and what must stand in the postmortem.</summary>
/// <param name="Arguments">Of <c>tocsin postmortem new</c>.</param>
/// <param name="Facts">Pieces of the Markdown.</param>
/// <param name="Rows">Timeline rows, in order.</param>
internal sealed record OutageByHand(string[] Arguments, string[] Facts, string[] Rows)
{
    public static IReadOnlyDictionary<string, OutageByHand> All { get; } = new Dictionary<string, OutageByHand>(StringComparer.Ordinal)
    {
        ["000"] = new(
            [
                "--title", "Server gone: packets lost at the provider", "--service", "server", "--start", "2023-11-25", "--end", "2023-11-25",
                "--extent", "full", "--users-percent", "100", "--users-basis", "nobody could connect", "--business", "trust and revenue at stake",
                "--reputation", "seen by everybody", "--cause", "network devices of the hosting provider were misconfigured",
                "--entry", "2023-11-25 | cause found | Packets are lost now and then on the way",
                "--entry", "2023-11-25 | resolved | The provider set its devices right",
            ],
            [
                "# Server gone: packets lost at the provider", "full outage; 100 % of users (nobody could connect)", "**Business:** trust and revenue at stake",
                "**Reputation:** seen by everybody", "**Root cause:** network devices of the hosting provider were misconfigured", "from 2023-11-25 to 2023-11-25",
            ],
            ["| 2023-11-25 | Packets are lost now and then on the way |", "The provider set its devices right |"]),
        ["001"] = new(
            [
                "--title", "Server down: a storage drive died", "--service", "platform", "--start", "2023-05-15 10:00 PM PST", "--end", "about 2023-05-16 2:00 AM PST",
                "--extent", "full", "--symptoms", "nobody could open the platform", "--business", "orders may be lost", "--cause", "a drive failed and data on it is corrupt",
                "--entry", "2023-05-15 10:00 PM PST | notified | The team is told at once", "--entry", "unknown | told users | Users hear of it, again and again",
                "--entry", "unknown | mitigated | A backup server takes over", "--entry", "unknown | action | The drive is replaced",
                "--entry", "about 2023-05-16 2:00 AM PST | resolved | The server is whole again",
            ],
            [
                "4 h 00 min, from 2023-05-15 22:00 to about 2023-05-16 02:00 (PST)", "**Symptoms:** nobody could open the platform",
                "**Business:** orders may be lost", "**Root cause:** a drive failed and data on it is corrupt", "**Resolution:** A backup server takes over; The drive is replaced",
            ],
            [
                "| 2023-05-15 22:00 | The team is told at once |", "Users hear of it, again and again |", "A backup server takes over |", "The drive is replaced |",
                "| about 2023-05-16 02:00 | The server is whole again |",
            ]),
        ["002"] = new(
            [
                "--title", "500 everywhere: an upgrade that nobody tested", "--service", "all servers", "--start", "2024-04-20 11:15 AM GMT+2", "--end", "2024-04-20 1:22 PM GMT+2",
                "--extent", "full", "--symptoms", "clients got 500", "--cause", "the upgrade went to production untested",
                "--entry", "2024-04-20 10:35 AM GMT+2 | change | The upgrade begins", "--entry", "2024-04-20 11:15 AM GMT+2 | detected | Servers go down",
                "--entry", "2024-04-20 12:03 PM GMT+2 | notified | Pagers wake the people on call", "--entry", "2024-04-20 12:10 PM GMT+2 | acknowledged | They have it",
                "--entry", "2024-04-20 12:35 PM GMT+2 | action | Rollback begins", "--entry", "2024-04-20 1:00 PM GMT+2 | action | Rollback is done",
                "--entry", "2024-04-20 1:20 PM GMT+2 | action | Servers restart", "--entry", "2024-04-20 1:22 PM GMT+2 | resolved | All traffic is back",
            ],
            [
                "2 h 07 min, from 2024-04-20 11:15 to 13:22 (GMT+2)", "full outage", "**Symptoms:** clients got 500", "48 min 00 s after detection", "7 min 00 s after the first page",
                "**Root cause:** the upgrade went to production untested", "Rollback begins; Rollback is done; Servers restart", "| Time (GMT+2) | What |",
            ],
            [
                "| 2024-04-20 10:35 | The upgrade begins |", "| 11:15 | Servers go down |", "| 12:03 | Pagers wake the people on call |", "| 12:10 | They have it |",
                "| 12:35 | Rollback begins |", "| 13:00 | Rollback is done |", "| 13:20 | Servers restart |", "| 13:22 | All traffic is back |",
            ]),
        ["003"] = new(
            [
                "--title", "Main service out: a switch misconfigured", "--service", "main service", "--start", "2023-05-10 10:00 PM EAT", "--end", "2023-05-11 2:00 AM EAT",
                "--extent", "full", "--users-percent", "100", "--cause", "a misconfigured switch cut the parts off from one another",
                "--entry", "2023-05-10 10:15 PM EAT | detected | An alert reaches an engineer",
                "--entry", "unknown | hypothesis | The database, changed shortly before", "--entry", "unknown | ruled out | It is not the database",
                "--entry", "unknown | escalated | To the seniors and the manager of operations", "--entry", "2023-05-11 2:00 AM EAT | action | The switch is set right",
            ],
            [
                "4 h 00 min, from 2023-05-10 22:00 to 2023-05-11 02:00 (EAT)", "full outage; 100 % of users", "15 min 00 s after the start",
                "- The database, changed shortly before", "**Root cause:** a misconfigured switch cut the parts off from one another", "**Resolution:** The switch is set right",
            ],
            [
                "| 2023-05-10 22:15 | An alert reaches an engineer |", "The database, changed shortly before |", "It is not the database |",
                "To the seniors and the manager of operations |", "| 2023-05-11 02:00 | The switch is set right |",
            ]),
        ["004"] = new(
            [
                "--title", "API unavailable: the cache misconfigured", "--service", "API server", "--start", "2024-01-25 10:00 AM UTC", "--end", "2024-01-25 2:00 PM UTC",
                "--extent", "partial", "--users-percent", "30", "--symptoms", "delays in what matters", "--business", "chances may be lost",
                "--cause", "a cache setting used up the server",
                "--entry", "2024-01-25 10:00 AM UTC | detected | Alerts: response times rise", "--entry", "2024-01-25 10:15 AM UTC | notified | The engineers are told",
                "--entry", "2024-01-25 10:30 AM UTC | hypothesis | Network and database", "--entry", "2024-01-25 11:00 AM UTC | hypothesis | Database queries",
                "--entry", "2024-01-25 11:30 AM UTC | escalated | To the seniors", "--entry", "2024-01-25 12:00 PM UTC | cause found | The cache setting",
                "--entry", "2024-01-25 1:00 PM UTC | action | The setting is rolled back", "--entry", "2024-01-25 2:00 PM UTC | resolved | Whole again after a restart",
            ],
            [
                "4 h 00 min, from 2024-01-25 10:00 to 14:00 (UTC)", "partial outage; 30 % of users", "**Business:** chances may be lost", "**Services:** API server",
                "15 min 00 s after detection", "- Network and database (suspected at 10:30, followed for 1 h 30 min)", "- Database queries (suspected at 11:00, followed for 1 h)",
            ],
            [
                "| 2024-01-25 10:00 | Alerts: response times rise |", "| 10:15 | The engineers are told |", "| 10:30 | Network and database |", "| 11:00 | Database queries |",
                "| 11:30 | To the seniors |", "| 12:00 | The cache setting |", "| 13:00 | The setting is rolled back |", "| 14:00 | Whole again after a restart |",
            ]),
    };
}
