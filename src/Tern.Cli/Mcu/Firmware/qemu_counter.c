/* A plugin of QEMU (7.0 and later): counts instructions and models cycles between two addresses of a Cortex-M program, from
   the technical reference manuals: loads 2, stores 1 or 2, taken branches 1 or 2 more, loads in a row on the M4 1; zero wait
   states. The file that PLUGIN_OUT names gets "instructions N" and "cycles N", the greatest counts. */
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
typedef struct { const char *target_name; struct { int min, cur; } version; bool system_emulation; union { struct { int a, b; } system; }; } qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, void (*)(unsigned, void *), int, void *);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

typedef struct { uint64_t address; uint8_t length, cost, load, branch; } instruction;

static uint64_t start, stop, count, cycles, most_count, most_cycles, expected;
static int counting, m4, after_load, after_branch;

static void run(unsigned cpu, void *data)
{
    const instruction *i = data;
    (void)cpu;
    if (counting && after_branch && i->address != expected) cycles += (uint64_t)after_branch;
    after_branch = i->branch;
    expected = i->address + i->length;
    if (i->address == start) { counting = 1; count = cycles = 0; after_branch = after_load = 0; return; }
    if (i->address == stop && counting) {
        counting = 0;
        if (count > most_count) { most_count = count; most_cycles = cycles; }
        return;
    }
    if (counting) { count++; cycles += m4 && i->load && after_load ? 1 : i->cost; }
    after_load = i->load;
}

static void classify(instruction *i, const uint8_t *d)
{
    const unsigned h = d[0] | (unsigned)d[1] << 8;

    i->cost = 1;
    if (i->length == 2) {
        if (h >> 12 == 5 || h >> 13 == 3 || h >> 12 == 8 || h >> 12 == 9 || h >> 11 == 9) {
            const bool store = h >> 12 == 5 ? (h >> 9 & 7) < 3 : h >> 11 != 9 && !(h >> 11 & 1);
            i->load = 1;
            i->cost = m4 && store ? 1 : 2;
        } else if ((h & 0xf600) == 0xb400) { i->cost = 1 + __builtin_popcount(h & 0x1ff); if ((h & 0xff00) == 0xbd00) i->branch = 2; }
        else if (h >> 12 == 0xc) i->cost = 1 + __builtin_popcount(h & 0xff);
        else if (h >> 12 == 0xd || h >> 11 == 0x1c || (h & 0xf500) == 0xb100 || (h & 0xff00) == 0x4700) i->branch = m4 ? 2 : 1;
    } else {
        const unsigned g = d[2] | (unsigned)d[3] << 8;
        if (h >> 11 == 0x1e && g & 0x8000) i->branch = 2;
        else if ((h & 0xfe00) == 0xf800 || (h & 0xfe40) == 0xe840) { i->load = 1; i->cost = h & 0x10 ? 2 : 1; }
        else if ((h & 0xfe40) == 0xe800) i->cost = 1 + __builtin_popcount(g);
        else if ((h & 0xffd0) == 0xfb90) i->cost = 6;
    }
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    for (size_t k = 0; k < qemu_plugin_tb_n_insns(block); k++) {
        struct qemu_plugin_insn *q = qemu_plugin_tb_get_insn(block, k);
        instruction *i = calloc(1, sizeof *i);
        i->address = qemu_plugin_insn_vaddr(q);
        i->length = (uint8_t)qemu_plugin_insn_size(q);
        classify(i, qemu_plugin_insn_data(q));
        qemu_plugin_register_vcpu_insn_exec_cb(q, run, 0, i);
    }
}

static void finish(qemu_plugin_id_t id, void *unused)
{
    FILE *file = fopen(getenv("PLUGIN_OUT"), "w");
    (void)id; (void)unused;
    if (!file) return;
    fprintf(file, "instructions %llu\ncycles %llu\n", (unsigned long long)most_count, (unsigned long long)most_cycles);
    fclose(file);
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count_of, char **values)
{
    (void)info;
    for (int i = 0; i < count_of; i++) {
        if (!strncmp(values[i], "start=", 6)) start = strtoull(values[i] + 6, 0, 16);
        if (!strncmp(values[i], "stop=", 5)) stop = strtoull(values[i] + 5, 0, 16);
        if (!strcmp(values[i], "m4=on")) m4 = 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, finish, 0);
    return 0;
}
