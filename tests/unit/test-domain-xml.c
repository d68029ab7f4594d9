/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libvirt/libvirt.h>
#include <string.h>

#include "agent-domain-state.h"
#include "agent-domain-xml.h"
#include "agent-vm.h"
#include "muri-words.h"

static const char guest_xml[] =
    "<domain type='qemu' id='7' xmlns:x='http://example.org/x'>"
    "<name>web</name><uuid>9d1e2f7c-8f1a-4a1e-9d0e-0123456789ab</uuid>"
    "<title> The shop's front </title>"
    "<metadata><libosinfo:libosinfo "
    "xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>"
    "<libosinfo:os id='http://debian.org/debian/12'/></libosinfo:libosinfo></metadata>"
    "<memory unit='KiB'>1048576</memory><vcpu placement='static' current='2'>8</vcpu>"
    "<os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type></os>"
    "<devices>"
    "<disk type='file' device='disk'><source file='/images/web &amp; co.qcow2'/>"
    "<target dev='vda' bus='virtio'/></disk>"
    "<disk type='network' device='disk'><source protocol='rbd' name='pool/web'/>"
    "<target dev='vdb' bus='virtio'/></disk>"
    "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>"
    "<interface type='network'><mac address='52:54:00:11:22:33'/>"
    "<source network='default' bridge='virbr0'/><target dev='vnet3'/>"
    "<model type='virtio'/></interface>"
    "<interface type='user'><mac address='52:54:00:11:22:34'/></interface>"
    "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'"
    " state='connected'/></channel>"
    "</devices></domain>";

/* @own: what stands in Muri's own metadata */
static muri_v1_Vm *
read_with_metadata (const char *own)
{
  g_autofree char *xml = g_strdup_printf (
      "<domain><metadata><other xmlns='http://example.org/'/>%s</metadata></domain>", own);
  muri_v1_Vm *vm = agent_vm_new ();

  g_assert_true (agent_domain_xml_read (xml, vm));
  return vm;
}

static void
test_groups (void)
{
  g_autoptr (muri_v1_Vm) none = read_with_metadata ("");
  g_autoptr (muri_v1_Vm) two = read_with_metadata (
      "<muri:vm xmlns:muri='" AGENT_METADATA_URI "'><muri:group path='Production/web' order='2'/>"
      "<muri:group path='Seoul'/><muri:guarded/></muri:vm>");
  g_autoptr (muri_v1_Vm) wrong = read_with_metadata ("<muri:vm xmlns:muri='" AGENT_METADATA_URI
                                                     "'><muri:group path='//'/></muri:vm>");
  g_autoptr (muri_v1_Vm) copy = agent_vm_copy (two);

  g_assert_cmpuint (none->groups._length, ==, 0);
  g_assert_cmpuint (two->groups._length, ==, 2);
  g_assert_cmpstr (two->groups._buffer[0].group, ==, "Production/web");
  g_assert_cmpint (two->groups._buffer[0].start_order, ==, 2);
  g_assert_true (two->guarded);
  g_assert_cmpuint (wrong->groups._length, ==, 0);
  g_assert_cmpstr (wrong->metadata_error, !=, "");

  g_assert_true (agent_vm_equal (two, copy));
  copy->groups._buffer[1].start_delay = 1;
  g_assert_false (agent_vm_equal (two, copy));
}

static void
test_guest (void)
{
  g_autoptr (muri_v1_Vm) vm = agent_vm_new ();

  g_assert_true (agent_domain_xml_read (guest_xml, vm));
  g_assert_cmpstr (vm->title, ==, "The shop's front");
  g_assert_cmpstr (vm->os, ==, "Debian 12");
  g_assert_cmpstr (vm->arch, ==, "x86_64");
  g_assert_cmpstr (vm->machine, ==, "pc-i440fx-7.2");
  g_assert_cmpuint (vm->vcpus_max, ==, 8);
  g_assert_true (vm->guest_agent);

  g_assert_cmpuint (vm->disks._length, ==, 3);
  g_assert_cmpstr (vm->disks._buffer[0].source, ==, "/images/web & co.qcow2");
  g_assert_cmpstr (vm->disks._buffer[0].bus, ==, "virtio");
  g_assert_cmpstr (vm->disks._buffer[1].source, ==, "pool/web");
  g_assert_cmpstr (vm->disks._buffer[2].device, ==, "cdrom");
  g_assert_cmpstr (vm->disks._buffer[2].source, ==, "");

  g_assert_cmpuint (vm->nics._length, ==, 2);
  g_assert_cmpstr (vm->nics._buffer[0].mac, ==, "52:54:00:11:22:33");
  g_assert_cmpstr (vm->nics._buffer[0].network, ==, "default");
  g_assert_cmpstr (vm->nics._buffer[0].target, ==, "vnet3");
  g_assert_cmpstr (vm->nics._buffer[1].network, ==, "user");
}

static void
test_not_a_domain (void)
{
  static const char *const texts[] = { "", "hello", "<domain>", "<network/>" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (muri_v1_Vm) vm = agent_vm_new ();

      g_assert_false (agent_domain_xml_read (texts[i], vm));
    }
}

static void
test_many_devices (void)
{
  g_autoptr (GString) xml = g_string_new ("<domain><devices>");
  g_autoptr (muri_v1_Vm) vm = agent_vm_new ();

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (xml, "<disk><target dev='vd%u'/></disk><interface type='user'/>", i);
  g_string_append (xml, "</devices></domain>");

  g_assert_true (agent_domain_xml_read (xml->str, vm));
  g_assert_cmpuint (vm->disks._length, ==, 64);
  g_assert_cmpuint (vm->nics._length, ==, 32);
  g_assert_cmpstr (vm->disks._buffer[63].target, ==, "vd63");
}

static void
test_os_names (void)
{
  static const char *const names[][2] = {
    { "http://debian.org/debian/12", "Debian 12" },
    { "http://microsoft.com/win/10", "Windows 10" },
    { "http://redhat.com/rhel/9.2", "Red Hat Enterprise Linux 9.2" },
    { "http://archlinux.org/archlinux/rolling", "Archlinux rolling" },
    { "http://alpinelinux.org/alpinelinux/3.18", "Alpine Linux 3.18" },
    { "nonsense", "nonsense" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = agent_domain_xml_os_name (names[i][0]);

      g_assert_cmpstr (name, ==, names[i][1]);
    }
}

static void
test_text (void)
{
  char five[6];

  AGENT_TEXT_COPY (five, "무리");
  g_assert_cmpstr (five, ==, "무");
  AGENT_TEXT_COPY (five, "a\xff b");
  g_assert_true (g_utf8_validate (five, -1, NULL));
  AGENT_TEXT_COPY (five, NULL);
  g_assert_cmpstr (five, ==, "");
}

static void
test_states (void)
{
  static const struct
  {
    int state, reason;
    gboolean saved;
    guint wanted;
  } rows[] = {
    { VIR_DOMAIN_RUNNING, 0, FALSE, MURI_VM_STATE_RUNNING },
    { VIR_DOMAIN_BLOCKED, 0, FALSE, MURI_VM_STATE_RUNNING },
    { VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER, FALSE, MURI_VM_STATE_PAUSED },
    { VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_STARTING_UP, FALSE, MURI_VM_STATE_STARTING },
    { VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION, FALSE, MURI_VM_STATE_MIGRATING },
    { VIR_DOMAIN_SHUTDOWN, 0, FALSE, MURI_VM_STATE_STOPPING },
    { VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_DESTROYED, FALSE, MURI_VM_STATE_OFF },
    { VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SAVED, TRUE, MURI_VM_STATE_SAVED },
    { VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_CRASHED, FALSE, MURI_VM_STATE_CRASHED },
    { VIR_DOMAIN_CRASHED, 0, FALSE, MURI_VM_STATE_CRASHED },
    { VIR_DOMAIN_PMSUSPENDED, 0, FALSE, MURI_VM_STATE_SUSPENDED },
    { 1000, 0, FALSE, MURI_VM_STATE_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (agent_domain_state_map (rows[i].state, rows[i].reason, rows[i].saved), ==,
                      rows[i].wanted);
}

static void
test_copies (void)
{
  g_autoptr (muri_v1_Vm) vm = agent_vm_new ();
  g_autoptr (muri_v1_Vm) copy = NULL;
  muri_v1_Address addresses[] = { "10.0.0.1", "10.0.0.2" };

  agent_domain_xml_read (guest_xml, vm);
  agent_vm_set_addresses (vm, addresses, 2);
  copy = agent_vm_copy (vm);
  g_assert_true (agent_vm_equal (vm, copy));

  copy->disks._buffer[1].allocation = 1;
  g_assert_false (agent_vm_equal (vm, copy));
  copy->disks._buffer[1].allocation = 0;
  agent_vm_set_addresses (copy, addresses, 1);
  g_assert_false (agent_vm_equal (vm, copy));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain-xml/groups", test_groups);
  g_test_add_func ("/domain-xml/guest", test_guest);
  g_test_add_func ("/domain-xml/not-a-domain", test_not_a_domain);
  g_test_add_func ("/domain-xml/many-devices", test_many_devices);
  g_test_add_func ("/domain-xml/os-names", test_os_names);
  g_test_add_func ("/domain-xml/text", test_text);
  g_test_add_func ("/domain-xml/states", test_states);
  g_test_add_func ("/domain-xml/copies", test_copies);
  return g_test_run ();
}
