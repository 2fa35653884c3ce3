namespace Gatepost.Web.Panel.Access;

/// <summary>Who may open a page; the roles of a route are added up.</summary>
[Flags]
public enum Role
{
    None = 0,

    /// <summary>Not signed in.</summary>
    Visitor = 1,

    /// <summary>Owner of one mailbox: sees its own mail.</summary>
    User = 2,

    /// <summary>Sees everything but contents, changes nothing.</summary>
    Support = 4,

    /// <summary>Sees and changes one domain.</summary>
    Administrator = 8,

    /// <summary>Sees and changes everything.</summary>
    Operator = 16,

    SignedIn = User | Support | Administrator | Operator,

    /// <summary>Who sees mail of all tenants.</summary>
    Staff = Support | Operator,

    Everyone = Visitor | SignedIn,
}
