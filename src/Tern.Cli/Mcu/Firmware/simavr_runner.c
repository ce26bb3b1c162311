/* Runs an ATmega328P program in libsimavr. What it writes to UART 0 goes to standard output; GPIOR0 = 1 starts a count of
   cycles, = 2 ends it; GPIOR1 is the exit code. Standard error gets "cycles N" (the greatest count) and "stack N". */
#include <stdio.h>
#include <string.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <simavr/sim_io.h>
#include <simavr/avr_uart.h>

#define RAM_END 0x8ffu
#define CYCLES_OF_OUT 2 /* of the out instructions that mark */

static avr_cycle_count_t begin, most;
static int code = -1;

static void mark(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *unused)
{
    (void)unused;
    if (value == 1) begin = avr->cycle;
    if (value == 2 && avr->cycle - begin - CYCLES_OF_OUT > most) most = avr->cycle - begin - CYCLES_OF_OUT;
    avr->data[address] = value;
}

static void leave(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *unused)
{
    (void)avr; (void)address; (void)unused;
    code = value;
}

static void print(struct avr_irq_t *irq, uint32_t value, void *unused)
{
    (void)irq; (void)unused;
    putchar((int)value);
}

int main(int count, char **arguments)
{
    elf_firmware_t firmware;
    uint32_t flags = 0;
    unsigned lowest = RAM_END;
    avr_t *avr;

    memset(&firmware, 0, sizeof firmware);
    if (count != 2 || elf_read_firmware(arguments[1], &firmware)) return 2;
    avr = avr_make_mcu_by_name("atmega328p");
    avr_init(avr);
    firmware.frequency = 16000000;
    avr_load_firmware(avr, &firmware);
    avr->log = LOG_ERROR;
    avr_ioctl(avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
    flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), print, 0);
    avr_register_io_write(avr, 0x3e, mark, 0);
    avr_register_io_write(avr, 0x4a, leave, 0);
    while (code < 0) {
        int state = avr_run(avr);
        unsigned pointer = avr->data[0x5d] | avr->data[0x5e] << 8;
        if (pointer >= 0x100 && pointer < lowest) lowest = pointer;
        if (state == cpu_Done || state == cpu_Crashed) break;
        if (avr->cycle > 4000000000ull) break;
    }
    fflush(stdout);
    fprintf(stderr, "cycles %llu\nstack %u\n", (unsigned long long)most, RAM_END - lowest);
    return code < 0 ? 3 : code;
}
