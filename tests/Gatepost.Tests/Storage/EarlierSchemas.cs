namespace Gatepost.Tests.Storage;

/// <summary>The tables as earlier versions made them. Never edited: files with them exist.</summary>
internal static class EarlierSchemas
{
    public const string QueueOne = """
        CREATE TABLE message (
          id INTEGER PRIMARY KEY,
          arrived INTEGER NOT NULL,
          size INTEGER NOT NULL,
          sender TEXT,
          body INTEGER NOT NULL,
          smtputf8 INTEGER NOT NULL,
          ret INTEGER NOT NULL,
          envid TEXT,
          session TEXT,
          login TEXT,
          client TEXT,
          segment INTEGER NOT NULL,
          offset INTEGER NOT NULL,
          octets BLOB
        );
        CREATE TABLE recipient (
          message INTEGER NOT NULL,
          idx INTEGER NOT NULL,
          destination INTEGER NOT NULL,
          state INTEGER NOT NULL,
          next INTEGER NOT NULL,
          address TEXT NOT NULL,
          accepted TEXT,
          notify INTEGER NOT NULL,
          orcpt TEXT,
          attempts INTEGER NOT NULL DEFAULT 0,
          last_attempt INTEGER,
          delay_notified INTEGER NOT NULL DEFAULT 0,
          last_entry TEXT,
          last_code INTEGER,
          last_status TEXT,
          last_text TEXT,
          last_host TEXT,
          last_address TEXT,
          last_stage TEXT,
          PRIMARY KEY (message, idx)
        ) WITHOUT ROWID;
        CREATE INDEX recipient_due ON recipient (destination, state, next);
        CREATE TABLE destination (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          earliest INTEGER
        );
        CREATE INDEX destination_due ON destination (earliest) WHERE earliest IS NOT NULL;
        CREATE TABLE segment (
          number INTEGER PRIMARY KEY,
          messages INTEGER NOT NULL,
          octets INTEGER NOT NULL,
          first INTEGER NOT NULL,
          last INTEGER NOT NULL
        );
        CREATE TABLE tally (
          messages INTEGER NOT NULL,
          recipients INTEGER NOT NULL,
          held INTEGER NOT NULL,
          generation INTEGER NOT NULL
        );
        INSERT INTO tally (messages, recipients, held, generation) VALUES (0, 0, 0, 0);
        """;

    public const string DirectoryOne = """
        CREATE TABLE domain (
          name TEXT PRIMARY KEY,
          kind INTEGER NOT NULL,
          alias_of TEXT,
          deliver TEXT,
          catch_all TEXT,
          catch_all_domain TEXT,
          delimiter TEXT,
          recipients_per_hour INTEGER,
          by TEXT NOT NULL,
          at INTEGER NOT NULL,
          added INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX domain_catch_all ON domain (catch_all_domain) WHERE catch_all_domain IS NOT NULL;
        CREATE TABLE address (
          domain TEXT NOT NULL,
          local TEXT NOT NULL,
          written TEXT NOT NULL,
          is_alias INTEGER NOT NULL,
          keeps_copy INTEGER NOT NULL,
          password TEXT,
          moved_to TEXT,
          quota INTEGER,
          recipients_per_hour INTEGER,
          received_per_hour INTEGER,
          by TEXT NOT NULL,
          at INTEGER NOT NULL,
          PRIMARY KEY (domain, local)
        ) WITHOUT ROWID;
        CREATE TABLE target (
          domain TEXT NOT NULL,
          local TEXT NOT NULL,
          idx INTEGER NOT NULL,
          target TEXT NOT NULL,
          target_domain TEXT NOT NULL,
          PRIMARY KEY (domain, local, idx)
        ) WITHOUT ROWID;
        CREATE INDEX target_in ON target (target_domain);
        CREATE TABLE leave (
          domain TEXT NOT NULL,
          local TEXT NOT NULL,
          idx INTEGER NOT NULL,
          pattern TEXT NOT NULL,
          PRIMARY KEY (domain, local, idx)
        ) WITHOUT ROWID;
        CREATE TABLE suspension (
          subject TEXT NOT NULL,
          what INTEGER NOT NULL,
          by TEXT NOT NULL,
          since INTEGER NOT NULL,
          why TEXT NOT NULL,
          until INTEGER,
          PRIMARY KEY (subject, what)
        ) WITHOUT ROWID;
        CREATE TABLE block (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          side INTEGER NOT NULL,
          pattern TEXT NOT NULL,
          scope TEXT NOT NULL,
          by TEXT NOT NULL,
          since INTEGER NOT NULL,
          why TEXT NOT NULL,
          until INTEGER,
          UNIQUE (side, pattern, scope)
        );
        """;

    public const string StateOne = """
        CREATE TABLE counted (
          until INTEGER NOT NULL,
          id INTEGER NOT NULL,
          at INTEGER NOT NULL,
          amount INTEGER NOT NULL,
          what TEXT NOT NULL,
          whose TEXT NOT NULL,
          PRIMARY KEY (until, id)
        ) WITHOUT ROWID;
        CREATE TABLE remembered (
          kind TEXT NOT NULL,
          key TEXT NOT NULL,
          at INTEGER NOT NULL,
          until INTEGER NOT NULL,
          text TEXT NOT NULL,
          PRIMARY KEY (kind, key)
        ) WITHOUT ROWID;
        CREATE TABLE imported (
          file TEXT PRIMARY KEY,
          octets INTEGER NOT NULL,
          changed INTEGER NOT NULL
        ) WITHOUT ROWID;
        """;
}
