using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace BackupApp.Secrets;

/// <summary>Keeps ASP.NET Data Protection's own keys (cookies, signed links) under the same key ring as everything else.</summary>
public sealed class DataProtectionEncryptor(SecretBox box) : IXmlEncryptor
{
    internal const string Context = "data_protection_keys";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var cipher = box.Protect(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)), Context);
        return new EncryptedXmlInfo(new XElement("secret", Convert.ToBase64String(cipher)), typeof(DataProtectionDecryptor));
    }
}

/// <summary>Made by Data Protection itself, which hands over the service provider.</summary>
public sealed class DataProtectionDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var box = services.GetRequiredService<SecretBox>();
        return XElement.Parse(
            Encoding.UTF8.GetString(box.Unprotect(Convert.FromBase64String(encryptedElement.Value), DataProtectionEncryptor.Context)));
    }
}
