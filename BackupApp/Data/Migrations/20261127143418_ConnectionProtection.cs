using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class ConnectionProtection : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "connection_protection",
                table: "backup_jobs",
                type: "text",
                nullable: true);

            // Nothing was known of either answer where no tool had a connection.
            migrationBuilder.Sql(
                """
                update backup_jobs set connection_protection = case
                    when not connection_encrypted then 'unencrypted'
                    when connection_encrypted and connection_verified then 'verified'
                    when connection_encrypted then 'unverified'
                    else 'unknown' end
                where connection_encrypted is not null or connection_verified is not null;
                """);

            migrationBuilder.DropColumn(
                name: "connection_encrypted",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "connection_verified",
                table: "backup_jobs");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "connection_protection",
                table: "backup_jobs");

            migrationBuilder.AddColumn<bool>(
                name: "connection_encrypted",
                table: "backup_jobs",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "connection_verified",
                table: "backup_jobs",
                type: "boolean",
                nullable: true);
        }
    }
}
