using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class RestoreParts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "parts",
                table: "restore_jobs",
                type: "jsonb",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "parts",
                table: "restore_jobs");
        }
    }
}
