namespace Tocsin.Web.Components;

public enum ButtonKind { Primary = 0, Secondary = 1, Danger = 2 }
