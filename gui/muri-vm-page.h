/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-page.h"

G_BEGIN_DECLS

/* MuriVmPage: a VM: its state and what can be done with it, what it does, what it is. */
#define MURI_TYPE_VM_PAGE (muri_vm_page_get_type ())
G_DECLARE_FINAL_TYPE (MuriVmPage, muri_vm_page, MURI, VM_PAGE, MuriPage)

G_END_DECLS
