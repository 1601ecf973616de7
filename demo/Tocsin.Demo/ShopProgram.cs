using Tocsin.Demo.Mail;
using Tocsin.Demo.Roles;
using Tocsin.Demo.Settings;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo;

/// <summary>The demo's shop: one process for each role. See <see cref="RoleOptions"/> for the arguments.</summary>
public static class ShopProgram
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (ValidateCommand.Run(args, Console.Out, Console.Error) is { } judged) return judged;
        var (options, problem) = RoleOptions.Parse(args);
        if (options is null)
        {
            Console.Error.WriteLine($"{problem}\n{RoleOptions.Usage}");
            return RoleExit.BadArguments;
        }

        Lifeline.Hold();
        var clock = TimeProvider.System;
        try
        {
            await using var role = options.Role switch
            {
                RoleName.Storefront => StorefrontRole.Create(options, clock),
                RoleName.Api => ApiRole.Create(options, clock),
                RoleName.Cache => CacheRole.Create(options, clock),
                RoleName.Store => StoreRole.Create(options, clock),
                RoleName.Network => NetworkRole.Create(options, clock),
                RoleName.Mailbox => MailboxRole.Create(options, clock),
            };
            await role.StartAsync();
            Console.WriteLine("ready");
            Console.Error.WriteLine($"{options.Role}: {await role.Failure}");
            return RoleExit.DataLost;
        }
        catch (InvalidDataException error)
        {
            Console.Error.WriteLine($"{options.Role}: {error.Message}");
            return RoleExit.BadSetting;
        }
        catch (IOException error) when (PortTaken.Is(error))
        {
            Console.Error.WriteLine($"{options.Role}: {error.Message}");
            return RoleExit.PortTaken;
        }
    }
}
