import type { Translation } from '../catalogue';
import type { errors as en } from '../en/errors';

export const errors: Translation<typeof en> = {
  'field_missing.title': 'Falta algo',
  'field_missing.action': 'Rellene el campo marcado.',
  'field_invalid.title': 'Hay algo que aún no es correcto',
  'field_invalid.action': 'Corrija el campo marcado.',
  'text_too_long.title': 'El texto es demasiado largo',
  'text_too_long.action': 'Acorte el campo marcado.',
  'email_invalid.title': 'No es una dirección de correo',
  'email_invalid.action': 'Compruebe que esté bien escrita.',
  'amount_unreadable.title': 'No se puede leer el importe',
  'amount_unreadable.action': 'Escríbalo en cifras, por ejemplo 1250.00.',
  'amount_not_positive.title': 'El importe debe ser mayor que cero',
  'amount_not_positive.action': 'Indique el importe que quiere pagar.',
  'amount_too_precise.title': 'El importe tiene demasiados decimales',
  'amount_too_precise.action': 'Redúzcalos a los que admite la moneda.',
  'amount_too_large.title': 'El importe es demasiado grande',
  'amount_too_large.action': 'Divídalo o compruebe que esté bien escrito.',
  'currency_unknown.title': 'Esta moneda no se conoce',
  'currency_unknown.action': 'Use un código de tres letras, como USD.',
  'invoice_id_used.title': 'Este número de factura ya se ha usado',
  'invoice_id_used.action':
    'Cada pago necesita el suyo. Compruebe que esta factura no esté ya pagada y elija otro número.',
  'address_not_https.title': 'La dirección debe empezar por https://',
  'address_not_https.action': 'Pockyt solo acepta conexiones cifradas.',
  'payee_not_found.title': 'Este beneficiario no está aquí',
  'payee_not_found.action': 'Vuelva a la lista y elija de nuevo.',
  'payout_not_found.title': 'Este pago no está aquí',
  'payout_not_found.action': 'Vuelva a la lista y elija de nuevo.',
  'profile_not_found.title': 'Esta cuenta no está aquí',
  'profile_not_found.action': 'Elija otra cuenta en Ajustes.',
  'payee_not_registered.title': 'Este beneficiario aún no está registrado en Pockyt',
  'payee_not_registered.action': 'Espere a que se confirme el registro.',
  'payee_not_active.title': 'Todavía no se puede pagar a este beneficiario',
  'payee_not_active.action':
    'Pockyt debe mostrarlo primero como activo. Actualice el beneficiario para consultarlo de nuevo.',
  'account_not_usable.title': 'Esta cuenta no puede recibir dinero',
  'account_not_usable.action':
    'Elija otra cuenta o pida al beneficiario que la corrija en el portal.',
  'account_gone.title': 'Esta cuenta ya no aparece',
  'account_gone.action': 'El beneficiario la eliminó. Elija otra cuenta.',
  'balance_too_low.title': 'Su saldo es insuficiente',
  'balance_too_low.action': 'No se pagó nada. Recargue su saldo en Pockyt o reduzca el importe.',
  'review_changed.title': 'Algo cambió desde que lo revisó',
  'review_changed.action': 'No se envió nada. Vuelva a mirar la revisión.',
  'not_cancellable.title': 'Ya es tarde para cancelar',
  'not_cancellable.action': 'El pago ya se envió a Pockyt.',
  'not_retryable.title': 'Este pago no se puede repetir',
  'not_retryable.action':
    'Solo se puede repetir un pago fallido o devuelto, o una repetición cancelada, y solo una vez.',
  'email_registered.title': 'Esta dirección de correo ya está registrada',
  'email_registered.action': 'Vincule el beneficiario que Pockyt conoce o use otra dirección.',
  'registration_unknown.title': 'Pockyt no ha confirmado el registro',
  'registration_unknown.action':
    'Remit lo sigue comprobando. No registre de nuevo a este beneficiario.',
  'still_comparing.title': 'Los registros se están comparando con Pockyt',
  'still_comparing.action':
    'Espere a que termine e inténtelo de nuevo. Lo que se pagó desde que se hizo la copia aparecerá en la lista.',
  'token_rejected.title': 'Pockyt no acepta el token de API',
  'token_rejected.action':
    'Compare el token, el número de comercio y el de tienda con el panel de Pockyt.',
  'merchant_rejected.title': 'Pockyt no acepta el número de comercio o de tienda',
  'merchant_rejected.action':
    'Compruebe ambos números y que la cuenta tenga los pagos habilitados.',
  'unreachable.title': 'No se puede llegar a Pockyt',
  'unreachable.action':
    'Compruebe su conexión a internet e inténtelo de nuevo. Los pagos que ya autorizó salen por sí solos.',
  'timeout.title': 'Pockyt no respondió a tiempo',
  'timeout.action': 'Inténtelo de nuevo en un momento.',
  'garbled.title': 'La respuesta de Pockyt no se pudo leer',
  'garbled.action':
    'Inténtelo de nuevo. Si continúa, comuníquese con Pockyt e indique los detalles de abajo.',
  'gateway_busy.title': 'Pockyt tiene un fallo propio',
  'gateway_busy.action': 'Inténtelo de nuevo en unos minutos.',
  'gateway_refused.title': 'Pockyt rechazó la solicitud',
  'gateway_refused.action': 'Vea abajo lo que dice Pockyt.',
  'parameter_missing.title': 'Pockyt pide más datos',
  'parameter_missing.action': 'Rellene lo que Pockyt dice que falta.',
  'rate_limited.title': 'Demasiadas solicitudes a la vez',
  'rate_limited.action': 'Espere un minuto e inténtelo de nuevo.',
  'no_profile.title': 'No hay ninguna cuenta conectada',
  'no_profile.action': 'Pruebe la demostración o conecte Pockyt.',
  'keychain_missing.title': 'Este equipo no ofrece ningún llavero',
  'keychain_missing.action':
    'Remit guarda su token de API solo en el llavero del sistema. En Linux, instale gnome-keyring o KWallet, vuelva a iniciar sesión y abra Remit.',
  'keychain_locked.title': 'El llavero está bloqueado',
  'keychain_locked.action': 'Desbloquéelo cuando el sistema lo pida e inténtelo de nuevo.',
  'keychain_failed.title': 'El llavero no guardó o no entregó el secreto',
  'keychain_failed.action': 'Compruebe que el llavero del sistema funcione e inténtelo de nuevo.',
  'token_missing.title': 'El token de API no está en el llavero',
  'token_missing.action':
    'Introduzca de nuevo el token en Ajustes. Sus beneficiarios y pagos están a salvo.',
  'data_folder_read_only.title': 'Remit no puede escribir en su carpeta de datos',
  'data_folder_read_only.action':
    'Dé a su usuario permiso de escritura en la carpeta e inténtelo de nuevo.',
  'disk_full.title': 'El disco está lleno',
  'disk_full.action':
    'Libere espacio e inténtelo de nuevo. Remit no envía nada que no haya podido anotar antes.',
  'ledger_key_missing.title': 'La clave de sus registros no está en el llavero',
  'ledger_key_missing.action':
    'No se borró nada. Introduzca su clave de recuperación, o restaure el llavero desde la copia de seguridad del sistema e inténtelo de nuevo.',
  'ledger_corrupt.title': 'El archivo de registros está dañado',
  'ledger_corrupt.action': 'No se borró nada. Vuelva a una copia anterior al daño.',
  'already_open.title': 'Remit ya está abierto',
  'already_open.action': 'Use la otra ventana, o ciérrela e inténtelo de nuevo.',
  'ledger_newer.title': 'Los registros los escribió una versión más reciente de Remit',
  'ledger_newer.action': 'Instale la última versión de Remit. No se cambió nada.',
  'ledger_failed.title': 'No se pudieron escribir o leer los registros',
  'ledger_failed.action':
    'No quedó nada a medias. Inténtelo de nuevo; si continúa, revise el disco.',
  'ledger_rolled_back.title': 'Sus registros son más antiguos de lo que deberían',
  'ledger_rolled_back.action':
    'Su llavero recuerda eventos más recientes. Remit compara sus registros con Pockyt antes de enviar nada.',
  'history_altered.title': 'El historial no está como se escribió',
  'history_altered.action':
    'El archivo se dañó o se cambió desde fuera. No se borró nada. Conserve la carpeta de datos y vuelva a una copia anterior al cambio.',
  'backup_unreadable.title': 'Esta copia no se puede leer',
  'backup_unreadable.action':
    'Está dañada, incompleta o no es una copia de Remit. No se cambió nada. Elija otra copia.',
  'backup_failed.title': 'No se pudo hacer la copia',
  'backup_failed.action':
    'Sus registros están intactos. Compruebe que se pueda acceder a la carpeta y que haya espacio, e inténtelo de nuevo.',
  'backup_folder_unusable.title': 'No se pueden guardar copias en esta carpeta',
  'backup_folder_unusable.action': 'Elija una carpeta que exista y en la que pueda escribir.',
  'backup_of_another_account.title': 'Esta copia es de otra cuenta',
  'backup_of_another_account.action':
    'No se cambió nada. Elija una copia de esta cuenta o cambie a la otra.',
  'backup_of_demo.title': 'Es una copia de la demostración',
  'backup_of_demo.action': 'Abra la demostración y restáurela allí, en Ajustes.',
  'recovery_key_invalid.title': 'No es una clave de recuperación',
  'recovery_key_invalid.action': 'Compárela con lo que guardó: 14 grupos de 4 caracteres.',
  'recovery_key_wrong.title': 'Esta clave de recuperación no corresponde',
  'recovery_key_wrong.action': 'Abre otros registros. Use la clave que guardó para estos.',
  'recovery_key_needed.title': 'Esta copia necesita su clave de recuperación',
  'recovery_key_needed.action':
    'El llavero de este equipo no la abre. Introduzca la clave de recuperación de la cuenta de la que se hizo.',
  'account_known.title': 'Esta cuenta ya está aquí',
  'account_known.action': 'Ábrala y restaure la copia en Ajustes.',
  'nothing_kept.title': 'Aquí no se conserva nada',
  'nothing_kept.action':
    'La demostración no tiene registros que copiar. Cambie a una cuenta propia.',
  'demo_only.title': 'Solo funciona en la demostración',
  'demo_only.action': 'Cambie a la cuenta de demostración.',
  'notification_forged.title': 'Llegaron notificaciones que Pockyt no firmó',
  'notification_forged.action':
    'No se cambió ningún pago. Puede verlas en Actividad. Si siguen llegando, use en Ajustes otra dirección u otro enlace de retransmisor.',
  'notification_mismatched.title': 'Una notificación no coincide con su pago',
  'notification_mismatched.action':
    'El pago no se cambió y Remit lo consulta a Pockyt. En Actividad puede ver lo que llegó.',
  'notification_unopened.title': 'No se puede abrir una notificación del retransmisor',
  'notification_unopened.action':
    'Remit averigua el resultado consultando. Pida a quien administra el retransmisor un enlace nuevo, hecho con la clave pública que aparece en Ajustes.',
  'notification_not_found.title': 'Esta entrada no está aquí',
  'notification_not_found.action': 'Vuelva a Actividad y elija de nuevo.',
  'no_way_in.title': 'Todavía no hay ninguna dirección que probar',
  'no_way_in.action': 'Configure primero su propia dirección o un retransmisor.',
  'test_unreachable.title': 'No se puede llegar a la dirección',
  'test_unreachable.action':
    'Compruebe que esté bien escrita y que el túnel o el retransmisor estén en marcha. Mientras tanto, Remit consulta a Pockyt.',
  'test_wrong_answer.title': 'En esta dirección responde otra cosa',
  'test_wrong_answer.action':
    'Haga que su túnel lleve a la dirección local que se muestra aquí, con todo lo que va después de la última barra.',
  'test_not_arrived.title': 'Allí se recibió, pero aquí no ha llegado',
  'test_not_arrived.action':
    'Compruebe adónde lleva el túnel o si el retransmisor está conectado. Mientras tanto, Remit consulta a Pockyt.',
  'relay_link_invalid.title': 'No es un enlace de retransmisor completo',
  'relay_link_invalid.action': 'Cópielo de nuevo, desde remit-relay: hasta la última letra.',
  'relay_link_of_another_key.title': 'Este enlace se hizo para otro Remit',
  'relay_link_of_another_key.action':
    'Entregue la clave pública que se muestra aquí a quien administra el retransmisor y pídale un enlace nuevo.',
  'relay_unreachable.title': 'No se puede llegar al retransmisor',
  'relay_unreachable.action':
    'Remit lo reintenta por sí solo y, mientras tanto, consulta a Pockyt.',
  'relay_refused.title': 'El retransmisor ya no acepta este enlace',
  'relay_refused.action':
    'Pida un enlace nuevo a quien lo administra. Mientras tanto, Remit consulta a Pockyt.',
  'cancelled.title': 'Se canceló',
  'cancelled.action': 'No se guardó nada. Empieza de nuevo cuando quieras.',
  'internal.title': 'Algo imprevisto falló en Remit',
  'internal.action': 'Inténtelo de nuevo. Si continúa, reinicie Remit; nada se envía dos veces.',
};
