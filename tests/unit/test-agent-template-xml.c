/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a domain becomes the description of a machine. */
#include <string.h>

#include "agent-store.h"
#include "agent-template-xml.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define DISK                                                                                       \
  "<disk type='file' device='disk'><driver name='qemu' type='raw' cache='none'/>"                  \
  "<source file='/secret/place.img'/><target dev='vda' bus='virtio'/><serial>ABC</serial></disk>"

static const char *const whole =
    "<domain type='kvm' id='7' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"
    "<name>web-1</name><uuid>6f3e9f7e-0000-4000-8000-000000000001</uuid><title>Title</title>"
    "<genid>43dc0cf8-809b-4adb-9bea-a9abb5f3d90e</genid>"
    "<metadata><libosinfo:libosinfo "
    "xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>"
    "<libosinfo:os id='http://debian.org/debian/12'/></libosinfo:libosinfo>"
    "<muri:vm xmlns:muri='https://muri.github.io/xmlns/vm/1'><muri:group path='db'/></muri:vm>"
    "</metadata><memory unit='GiB'>4</memory><currentMemory unit='KiB'>2097152</currentMemory>"
    "<vcpu placement='static' current='2'>8</vcpu>"
    "<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>"
    "<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader>"
    "<nvram>/var/lib/libvirt/qemu/nvram/web-1_VARS.fd</nvram>"
    "<kernel>/boot/vmlinuz</kernel><boot dev='hd'/></os>"
    "<features><acpi/></features><cpu mode='host-model'/><clock offset='utc'/>"
    "<seclabel type='static'><label>secret</label></seclabel>"
    "<devices><emulator>/tmp/evil</emulator>" DISK
    "<disk type='file' device='cdrom'><source file='/secret/cd.iso'/><target dev='sda'/></disk>"
    "<interface type='network'><mac address='52:54:00:aa:bb:cc'/><source network='default' "
    "portid='6f3e9f7e-0000-4000-8000-000000000002'/><target dev='vnet7'/><model type='virtio'/>"
    "<script path='/tmp/evil'/></interface>"
    "<interface type='direct'><source dev='eth0'/></interface>"
    "<serial type='file'><source path='/etc/passwd'/><log file='/etc/shadow'/><target port='0'/>"
    "</serial>"
    "<channel type='unix'><source mode='bind' path='/run/secret'/><target type='virtio' "
    "name='org.qemu.guest_agent.0'/></channel>"
    "<graphics type='vnc' port='5901' passwd='hunter2' listen='0.0.0.0'/>"
    "<hostdev mode='subsystem' type='pci'><source/></hostdev>"
    "<filesystem type='mount'><source dir='/'/><target dir='all'/></filesystem>"
    "<rng model='virtio'><backend model='random'>/etc/shadow</backend></rng>"
    "<rng model='virtio'><backend model='egd' type='tcp'><source host='evil'/></backend></rng>"
    "<tpm model='tpm-crb'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>"
    "</devices><qemu:commandline><qemu:arg value='-evil'/></qemu:commandline></domain>";

static AgentTemplate *
new_template (void)
{
  muri_v1_Uuid id;
  muri_uuid_generate (&id);
  return agent_template_new (&id, MURI_TEMPLATE_STATE_MAKING);
}

static void
test_facts (void)
{
  g_autoptr (AgentTemplate) template = new_template ();
  g_auto (AgentTemplateDisk) disk = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *left_out = NULL;
  g_assert_true (agent_template_xml_take (template, whole, TRUE, &disk, &left_out, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (template->arch, ==, "x86_64");
  g_assert_cmpstr (template->machine, ==, "pc-q35-7.2");
  g_assert_cmpstr (template->os, ==, "debian12");
  g_assert_cmpuint (template->firmware, ==, MURI_FIRMWARE_UEFI);
  g_assert_cmpuint (template->vcpus, ==, 2);
  g_assert_cmpuint (template->memory, ==, 2097152);
  g_assert_cmpstr (disk.target, ==, "vda");
  g_assert_cmpstr (disk.path, ==, "/secret/place.img");
  g_assert_cmpstr (disk.format, ==, "raw");
  g_assert_nonnull (strstr (left_out, "hostdev"));
  g_assert_nonnull (strstr (left_out, "filesystem"));
}

static void
assert_without (const char *xml, const char *word)
{
  if (strstr (xml, word) != NULL)
    g_error ("“%s” is left in %s", word, xml);
}

static void
test_harmless (void)
{
  static const char *const words[] = { "web-1",   "6f3e9f7e", "43dc0cf8",   "Title", "secret",
                                       "evil",    "52:54",    "vnet7",      "/etc/", "hunter2",
                                       "0.0.0.0", "5901",     "eth0",       "nvram", "OVMF",
                                       "hostdev", "/dev/tpm", "filesystem", "muri",  "cdrom",
                                       "ABC",     "vmlinuz",  "id=\"7\"" };
  static const char *const kept[] = {
    "libosinfo",           "firmware=\"efi\"", "type=\"qcow2\"",         "cache=\"none\"",
    "network=\"default\"", "host-model",       "org.qemu.guest_agent.0", "/dev/urandom",
    "dev=\"vda\""
  };
  g_autoptr (AgentTemplate) template = new_template ();
  g_assert_true (agent_template_xml_take (template, whole, FALSE, NULL, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    assert_without (template->xml, words[i]);
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (strstr (template->xml, kept[i]) == NULL)
      g_error ("“%s” is lost in %s", kept[i], template->xml);
}

/* What was made of it once is taken as it is. */
static void
test_again (void)
{
  g_autoptr (AgentTemplate) template = new_template ();
  g_autoptr (AgentTemplate) again = new_template ();
  g_assert_true (agent_template_xml_take (template, whole, TRUE, NULL, NULL, NULL));
  g_assert_true (agent_template_xml_take (again, template->xml, TRUE, NULL, NULL, NULL));
  g_assert_cmpstr (again->xml, ==, template->xml);
  g_assert_nonnull (strstr (again->xml, "vmlinuz"));
  g_assert_true (again->host_bound);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *xml, *word;
  } cases[] = {
    { "no xml", "no domain" },
    { "<network/>", "no domain" },
    { "<!DOCTYPE domain [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><domain>&a;</domain>",
      "no domain" },
    { "<domain/>", "memory" },
    { "<domain><memory>1024</memory></domain>", "kind" },
    { "<domain><memory>1024</memory><os><type>hvm</type></os></domain>", "no disk" },
    { "<domain><memory>1024</memory><os><type>hvm</type></os><devices>" DISK DISK
      "</devices></domain>",
      "2 disks" },
    { "<domain><memory unit='EiB'>99999999999999999999</memory><os><type>hvm</type></os></domain>",
      "memory" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AgentTemplate) template = new_template ();
      g_auto (AgentTemplateDisk) disk = { 0 };
      g_autoptr (GError) error = NULL;
      g_assert_false (agent_template_xml_take (template, cases[i].xml, TRUE, &disk, NULL, &error));
      g_assert_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].word));
    }
}

static void
test_machines (void)
{
  static const struct
  {
    const char *name;
    guint firmware;
  } cases[] = { { "linux-uefi", MURI_FIRMWARE_UEFI },
                { "linux-bios", MURI_FIRMWARE_BIOS },
                { "generic", MURI_FIRMWARE_BIOS },
                { "tiny", MURI_FIRMWARE_BIOS } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AgentTemplate) template = new_template ();
      g_autoptr (GError) error = NULL;
      g_autofree char *left_out = NULL;
      g_autofree char *xml = agent_template_machine_load (cases[i].name, &error);
      g_assert_no_error (error);
      g_assert_true (agent_template_xml_take (template, xml, FALSE, NULL, &left_out, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (left_out, ==, NULL);
      g_assert_cmpuint (template->firmware, ==, cases[i].firmware);
    }
  g_assert_null (agent_template_machine_load ("no-such", NULL));
}

static void
test_os_id (void)
{
  g_autofree char *debian = agent_template_xml_os_id ("http://debian.org/debian/12");
  g_autofree char *rolling = agent_template_xml_os_id ("http://archlinux.org/archlinux");
  g_autofree char *odd = agent_template_xml_os_id ("odd");
  g_assert_cmpstr (debian, ==, "debian12");
  g_assert_cmpstr (rolling, ==, "archlinux");
  g_assert_cmpstr (odd, ==, "odd");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template-xml/facts", test_facts);
  g_test_add_func ("/template-xml/harmless", test_harmless);
  g_test_add_func ("/template-xml/again", test_again);
  g_test_add_func ("/template-xml/refused", test_refused);
  g_test_add_func ("/template-xml/machines", test_machines);
  g_test_add_func ("/template-xml/os-id", test_os_id);
  return g_test_run ();
}
