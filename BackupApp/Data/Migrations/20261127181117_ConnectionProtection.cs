using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class ConnectionProtection : Migration
    {
        private static readonly string[] Tables = ["backup_jobs", "restore_jobs"];

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            foreach (var table in Tables)
            {
                migrationBuilder.AddColumn<string>(name: "connection_protection", table: table, type: "text", nullable: true);

                // Encrypted for a server of which nobody wrote down whether it was verified counts as not verified.
                migrationBuilder.Sql(
                    $"""
                    update {table} set connection_protection = case
                        when connection_encrypted and connection_verified then 'verified'
                        when connection_encrypted then 'unverified'
                        when not connection_encrypted then 'unencrypted'
                        else 'unknown' end
                    where connection_encrypted is not null or connection_verified is not null;
                    """);
                migrationBuilder.DropColumn(name: "connection_encrypted", table: table);
                migrationBuilder.DropColumn(name: "connection_verified", table: table);
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var table in Tables)
            {
                migrationBuilder.AddColumn<bool>(name: "connection_encrypted", table: table, type: "boolean", nullable: true);
                migrationBuilder.AddColumn<bool>(name: "connection_verified", table: table, type: "boolean", nullable: true);
                migrationBuilder.Sql(
                    $"""
                    update {table} set
                        connection_encrypted = case connection_protection
                            when 'unencrypted' then false when 'unknown' then null else true end,
                        connection_verified = connection_protection = 'verified'
                    where connection_protection is not null;
                    """);
                migrationBuilder.DropColumn(name: "connection_protection", table: table);
            }
        }
    }
}
