using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Tocsin.Storage.Sqlite;

/// <summary>Chooses the SQLite library: the system's when there is one (newer, patched by the distribution), else the bundled.</summary>
internal static class NativeSqlite
{
    private static readonly Lazy<bool> Loaded = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    });

    public static void Load() => _ = Loaded.Value;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var system) ? system : 0;
}
