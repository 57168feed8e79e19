// Every refusal in one catalogue: kind → status and what people read. A refusal is thrown as a Problem and becomes a
// page (web/error-page.ts) or a line of the CLI. A person's slip in a form is not a Problem but a value (lib/form.ts).

interface Kind {
  status: number
  title: string
  /** Full sentences that name the next step. {name} is filled from the details. */
  sentence: string
}

const kinds = {
  'not-found': {
    status: 404,
    title: 'Không tìm thấy trang',
    sentence: 'Địa chỉ này không có trong hệ thống. Hãy kiểm tra lại địa chỉ, hoặc dùng liên kết dưới đây.',
  },
  'cross-site': {
    status: 403,
    title: 'Yêu cầu đến từ một trang khác',
    sentence:
      'Vì an toàn, hệ thống chỉ nhận biểu mẫu gửi từ chính trang này. Hãy mở lại trang và thử lần nữa.',
  },
  'too-large': {
    status: 413,
    title: 'Nội dung gửi lên quá lớn',
    sentence: 'Tệp hoặc biểu mẫu vượt quá giới hạn. Hãy gửi tệp nhỏ hơn {limit}.',
  },
  'not-confirmed': {
    status: 422,
    title: 'Chưa xác nhận',
    sentence: 'Chưa có gì thay đổi. Hãy quay lại và gõ đúng {word} để xác nhận.',
  },
  'bad-request': {
    status: 400,
    title: 'Không đọc được yêu cầu',
    sentence: 'Nội dung gửi lên bị hỏng hoặc không đúng dạng. Hãy mở lại trang và thử lần nữa.',
  },
  'sign-in-needed': {
    status: 401,
    title: 'Cần đăng nhập',
    sentence: 'Trang này dành cho cán bộ. Hãy đăng nhập rồi mở lại.',
  },
  forbidden: {
    status: 403,
    title: 'Tài khoản không có quyền làm việc này',
    sentence: 'Nếu công việc của anh/chị cần quyền này, hãy liên hệ người quản trị hệ thống.',
  },
  'second-factor-needed': {
    status: 401,
    title: 'Cần nhập mã xác thực',
    sentence: 'Anh/chị mới nhập mật khẩu. Hãy nhập mã xác thực rồi làm lại việc này.',
  },
  'second-factor-missing': {
    status: 403,
    title: 'Cần bật xác thực hai bước',
    sentence: 'Tài khoản này phải bật xác thực hai bước trước khi làm việc. Hãy bật rồi làm lại việc này.',
  },
  'second-factor-on': {
    status: 409,
    title: 'Xác thực hai bước đã bật',
    sentence: 'Tài khoản đã bật xác thực hai bước. Muốn đổi điện thoại, hãy mở trang Tài khoản của tôi.',
  },
  'second-factor-obligatory': {
    status: 409,
    title: 'Không tắt được xác thực hai bước',
    sentence:
      'Vai trò của tài khoản này buộc phải xác thực hai bước. Muốn đổi điện thoại, hãy chọn "Đổi điện thoại".',
  },
  'second-factor-lost': {
    status: 409,
    title: 'Không kiểm tra được mã xác thực',
    sentence:
      'Khóa gốc của hệ thống đã đổi nên không kiểm tra được mã xác thực. Hãy đề nghị người quản trị hoặc người điều hành máy chủ gỡ xác thực hai bước của tài khoản rồi đăng nhập lại.',
  },
  'account-unknown': {
    status: 404,
    title: 'Không có tài khoản này',
    sentence: 'Không tìm thấy tài khoản. Hãy xem danh sách tài khoản.',
  },
  'account-disabled': {
    status: 409,
    title: 'Tài khoản đã bị khóa',
    sentence: 'Tài khoản {who} đã bị khóa. Hãy mở lại tài khoản trước.',
  },
  'last-administrator': {
    status: 409,
    title: 'Đây là người quản trị duy nhất',
    sentence:
      'Chưa có gì thay đổi. Hệ thống luôn cần ít nhất một người quản trị đang hoạt động; hãy giao vai trò Quản trị cho người khác trước.',
  },
  'not-yourself': {
    status: 409,
    title: 'Không thể tự khóa tài khoản của mình',
    sentence: 'Chưa có gì thay đổi. Hãy nhờ một người quản trị khác khóa tài khoản này.',
  },
  'agency-unknown': {
    status: 422,
    title: 'Không có cơ quan này',
    sentence:
      'Cơ quan "{agency}" không có trong danh sách. Hãy chọn cơ quan khác, hoặc thêm ở trang Cơ quan.',
  },
  'agency-taken': {
    status: 409,
    title: 'Mã cơ quan đã được dùng',
    sentence: 'Đã có cơ quan mang mã "{code}". Hãy chọn mã khác.',
  },
  'agency-wrong': {
    status: 422,
    title: 'Tên hoặc mã cơ quan chưa đúng',
    sentence:
      'Hãy nhập tên cơ quan (không quá 200 ký tự) và mã gồm 1 đến 20 chữ không dấu, chữ số, dấu chấm hoặc gạch ngang.',
  },
  'link-wrong': {
    status: 422,
    title: 'Mã không dùng được',
    sentence:
      'Mã này sai, đã dùng hoặc đã hết hạn. Hãy kiểm tra lại từng ký tự trên phiếu kích hoạt hoặc trong thư; nếu vẫn không được, hãy đề nghị người quản trị cấp mã mới.',
  },
  'link-none': {
    status: 409,
    title: 'Không còn liên kết nào chờ dùng',
    sentence:
      'Không có liên kết kích hoạt hoặc đặt lại mật khẩu nào đang chờ dùng. Hãy mở trang của tài khoản và cấp liên kết mới.',
  },
  'too-many-tries': {
    status: 429,
    title: 'Đã thử sai quá nhiều lần',
    sentence: 'Đã thử sai quá nhiều lần. Hãy đợi một phút rồi thử lại.',
  },
  'roster-wrong': {
    status: 422,
    title: 'Tệp danh sách có lỗi',
    sentence: 'Tìm thấy {count} lỗi, chưa có tài khoản nào được tạo. Hãy sửa rồi nạp lại:\n{list}',
  },
  'second-person-same': {
    status: 409,
    title: 'Cần người của cơ quan khác',
    sentence:
      'Việc này cần hai người của hai cơ quan khác nhau. Người đề nghị là {who}; hãy nhờ người của cơ quan khác đăng nhập và xác nhận.',
  },
  'second-person-administrator': {
    status: 403,
    title: 'Người quản trị không mở niêm phong',
    sentence:
      'Người quản trị tạo được tài khoản cho cả hai người, nên không được là một trong hai người mở niêm phong. Hãy để hai người không có vai trò Quản trị, thuộc hai cơ quan, thực hiện.',
  },
  'second-person-new': {
    status: 403,
    title: 'Tài khoản vừa được người khác thay đổi',
    sentence:
      'Tài khoản này mới được tạo, đổi thông tin, đổi vai trò hoặc cấp lại liên kết trong 72 giờ qua, nên chưa được là một trong hai người mở niêm phong. Hãy chờ đủ 72 giờ, hoặc nhờ người khác.',
  },
  'rehearsal-beside-official': {
    status: 409,
    title: 'Không trộn mã chạy thử với mã chính thức',
    sentence:
      'Đợt điều tra này đã có mã loại kia nên không phát được loại mã này. Hãy tạo đợt điều tra khác để chạy thử.',
  },
  'rehearsal-refused': {
    status: 409,
    title: 'Không phát mã chạy thử ở đây',
    sentence:
      'Máy chủ đã có địa chỉ công khai nên đợt điều tra này phát mã chính thức. Muốn chạy thử, hãy mở trang Chạy thử.',
  },
  'second-person-gone': {
    status: 409,
    title: 'Đề nghị không còn hiệu lực',
    sentence:
      'Đề nghị đã được rút, bị từ chối, đã có người khác xác nhận, đã hết hạn, hoặc người đề nghị không còn quyền. Hãy mở lại trang để xem tình trạng hiện tại.',
  },
  'secret-wrong': {
    status: 422,
    title: 'Chưa đúng với tờ khôi phục',
    sentence:
      'Sáu ký tự vừa gõ không khớp với tờ khôi phục. Hãy xem dòng "Ký tự kiểm tra" trên tờ giấy đã in.',
  },
  'mail-missing': {
    status: 409,
    title: 'Hệ thống chưa gửi được thư',
    sentence:
      'Hệ thống chưa được cài đặt để gửi thư. Hãy liên hệ người quản trị để nhận liên kết đặt lại mật khẩu.',
  },
  'database-busy': {
    status: 503,
    title: 'Hệ thống đang bận',
    sentence: 'Hệ thống đang bận hoặc chưa kết nối được dữ liệu. Hãy thử lại sau vài giây.',
  },
  'database-unreachable': {
    status: 503,
    title: 'Không kết nối được cơ sở dữ liệu',
    sentence:
      'Không kết nối được cơ sở dữ liệu. Hãy kiểm tra DATABASE_URL và máy chủ PostgreSQL rồi thử lại.',
  },
  'setup-link': {
    status: 403,
    title: 'Liên kết tạo tài khoản quản trị không còn dùng được',
    sentence:
      'Liên kết chỉ dùng được một lần. Nếu đã có tài khoản, hãy đăng nhập; nếu chưa có tài khoản nào, hãy khởi động lại chương trình để nhận liên kết mới.',
  },
  'email-taken': {
    status: 409,
    title: 'Địa chỉ thư điện tử đã có tài khoản',
    sentence: 'Đã có tài khoản dùng địa chỉ {email}. Hãy dùng địa chỉ khác.',
  },
  'role-unknown': {
    status: 422,
    title: 'Không có vai trò này',
    sentence: 'Vai trò "{role}" không có trong hệ thống. Hãy chọn một trong: {roles}.',
  },
  'password-weak': {
    status: 422,
    title: 'Mật khẩu chưa đạt',
    sentence: 'Mật khẩu phải có từ {least} đến {most} ký tự. Hãy đặt mật khẩu dài hơn, ví dụ một câu ngắn.',
  },
  'email-wrong': {
    status: 422,
    title: 'Địa chỉ thư điện tử chưa đúng',
    sentence: 'Hãy nhập địa chỉ thư điện tử, ví dụ ten@coquan.gov.vn.',
  },
  'name-wrong': {
    status: 422,
    title: 'Họ và tên chưa đúng',
    sentence: 'Hãy nhập họ và tên, không quá {most} ký tự.',
  },
  'password-common': {
    status: 422,
    title: 'Mật khẩu quá phổ biến',
    sentence:
      'Mật khẩu này quá quen thuộc hoặc quá đơn giản nên dễ đoán. Hãy đặt mật khẩu khác, ví dụ một câu ngắn.',
  },
  'password-guessable': {
    status: 422,
    title: 'Mật khẩu dễ đoán',
    sentence: 'Mật khẩu trùng với họ tên hoặc thư điện tử. Hãy đặt mật khẩu khác, ví dụ một câu ngắn.',
  },

  'survey-unknown': {
    status: 404,
    title: 'Không có đợt điều tra này',
    sentence: 'Không có đợt điều tra nào mang tên ngắn "{slug}". Hãy xem danh sách các đợt điều tra.',
  },
  'slug-taken': {
    status: 409,
    title: 'Tên ngắn đã được dùng',
    sentence: 'Đã có đợt điều tra mang tên ngắn "{slug}". Hãy chọn tên khác.',
  },
  'slug-wrong': {
    status: 422,
    title: 'Tên ngắn chưa đúng',
    sentence:
      'Tên ngắn chỉ gồm chữ thường không dấu, chữ số và gạch ngang, từ 1 đến 60 ký tự, ví dụ binh-phuoc-2022.',
  },
  'template-unknown': {
    status: 404,
    title: 'Không có bộ mẫu này',
    sentence: 'Không có bộ mẫu "{template}". Các bộ mẫu hiện có: {templates}.',
  },
  'folder-wrong': {
    status: 422,
    title: 'Bộ dữ liệu của đợt điều tra có lỗi',
    sentence: 'Tìm thấy {count} lỗi, chưa có gì được nạp. Hãy sửa rồi nạp lại:\n{list}',
  },
  'survey-frozen': {
    status: 409,
    title: 'Đợt điều tra đã qua bước chuẩn bị',
    sentence:
      'Không sửa được nội dung này nữa vì thẻ đã phát hoặc phiếu đã thu. Hãy mở lại trang để xem nội dung hiện tại.',
  },
  'unit-fixed': {
    status: 409,
    title: 'Không ghi được nữa',
    sentence:
      'Việc mở niêm phong đã bắt đầu nên tên và cách tính của cơ quan, đơn vị giữ nguyên. Hãy mở lại trang của cơ quan, đơn vị để xem nội dung đã ghi.',
  },
  'merge-undecided': {
    status: 409,
    title: 'Chưa chọn cách tính cho đơn vị sáp nhập',
    sentence:
      'Chưa chọn tính riêng hay tính cho đơn vị kế thừa: {units}. Hãy chọn ở trang Đổi tên, sáp nhập của cơ quan, đơn vị đó rồi mở niêm phong.',
  },
  'recheck-changed': {
    status: 409,
    title: 'Nội dung phúc tra vừa thay đổi',
    sentence:
      'Cơ quan, đơn vị này chưa rút thăm, hoặc đã rút thăm rồi nên không rút lại. Hãy mở lại trang Phúc tra để xem nội dung hiện tại.',
  },
  'sample-changed': {
    status: 409,
    title: 'Chưa chọn mẫu',
    sentence:
      'Có người vừa chọn mẫu nhóm này, hoặc mã của nhóm đã phát nên số phiếu không giảm được nữa. Chưa có gì thay đổi. Hãy mở lại trang Chọn mẫu để xem.',
  },
  'wrong-state': {
    status: 409,
    title: 'Chưa đến bước này',
    sentence: 'Đợt điều tra đang ở bước "{state}" nên không thể {act}. {next}',
  },
  'rehearsal-none': {
    status: 409,
    title: 'Không có lần chạy thử nào',
    sentence:
      'Đợt điều tra này không có lần chạy thử nào đang mở, hoặc lần chạy thử đã được xóa. Hãy mở lại trang Chạy thử để xem tình trạng hiện tại.',
  },
  'rehearsal-not-ready': {
    status: 409,
    title: 'Lần chạy thử chưa đến bước này',
    sentence: 'Hãy mở lại trang Chạy thử để xem bước tiếp theo.',
  },
  'rehearsal-of-rehearsal': {
    status: 409,
    title: 'Đây đã là một đợt thử',
    sentence: 'Không chạy thử, điều tra thử một đợt thử. Hãy mở trang Chạy thử của đợt điều tra chính.',
  },
  'pilot-units-wrong': {
    status: 422,
    title: 'Chưa chọn đúng cơ quan, đơn vị',
    sentence: 'Hãy chọn một hoặc {most} cơ quan, đơn vị có trong kế hoạch.',
  },
  'unprinted-batch': {
    status: 409,
    title: 'Còn mã chưa in',
    sentence:
      'Còn một lô mã chưa được đánh dấu đã in xong. Hãy in thẻ, xác nhận đã in xong, đợi mọi gói liên kết được tải (trang Mã và thẻ), rồi bắt đầu thu phiếu.',
  },
  'codes-all-issued': {
    status: 409,
    title: 'Đã phát đủ mã',
    sentence: 'Mọi nhóm đã có đủ mã theo kế hoạch và dự phòng, không còn mã nào để phát.',
  },
  'codes-erased': {
    status: 410,
    title: 'Mã đã được xóa',
    sentence: 'Thẻ đã được xác nhận in xong nên hệ thống không còn giữ mã. Thẻ đã in vẫn dùng được.',
  },
  'codes-being-issued': {
    status: 409,
    title: 'Đang phát mã',
    sentence:
      'Hệ thống đang phát mã, hoặc lần phát mã trước chưa xong. Hãy đợi phát xong ở trang Mã và thẻ rồi làm lại việc này.',
  },
  'test-card-missing': {
    status: 409,
    title: 'Chưa mở thẻ thử',
    sentence:
      'Chưa có thẻ thử nào được mở ở địa chỉ in trên thẻ. Hãy in thẻ thử ở trang Mã và thẻ, quét bằng điện thoại không dùng mạng của cơ quan, rồi in thẻ.',
  },
  'only-links': {
    status: 409,
    title: 'Không có thẻ giấy để in',
    sentence:
      'Mọi cơ quan, đơn vị nhận mã bằng liên kết. Hãy nhắc công chức đầu mối tải gói liên kết, hoặc đổi sang thẻ giấy ở trang Cách giao mã.',
  },
  'delivery-frozen': {
    status: 409,
    title: 'Không đổi được cách giao mã',
    sentence:
      'Mã của {unit} đã in xong hoặc gói liên kết đã được tải, nên không đổi được cách giao. Chưa có gì thay đổi; hãy mở lại trang để xem tình trạng hiện tại.',
  },
  'package-none': {
    status: 409,
    title: 'Không có gói liên kết',
    sentence:
      'Cơ quan, đơn vị không có gói liên kết nào đang chờ tải. Hãy hỏi đơn vị tổ chức về cách giao mã truy cập.',
  },
  'package-gone': {
    status: 410,
    title: 'Gói liên kết đã được tải',
    sentence:
      '{who} đã tải gói liên kết lúc {when}, và mã đã bị xóa khỏi hệ thống. Hãy hỏi người đó; nếu gói bị mất, hãy đề nghị đơn vị tổ chức cấp thẻ dự phòng.',
  },
  'no-batch': {
    status: 409,
    title: 'Chưa phát mã',
    sentence: 'Chưa phát mã cho đợt điều tra này. Hãy phát mã trước.',
  },
  'public-url-unusable': {
    status: 409,
    title: 'Chưa có địa chỉ công khai để in lên thẻ',
    sentence:
      'Địa chỉ PUBLIC_URL {reason}, nên mã QR in ra không mở được trên điện thoại. Hãy đề nghị người điều hành máy chủ đặt PUBLIC_URL là địa chỉ https công khai của hệ thống. Nếu chỉ chạy thử, hãy phát mã chạy thử.',
  },

  'code-void': {
    status: 410,
    title: 'Thẻ này đã bị hủy',
    sentence:
      'Mã trên thẻ không dùng được nữa, thường vì đã có thẻ khác thay. Hãy xin thẻ thay ở công chức đầu mối của cơ quan, đơn vị anh/chị.',
  },
  'code-used': {
    status: 410,
    title: 'Phiếu này đã được gửi',
    sentence:
      'Mã trên thẻ đã được dùng để gửi một phiếu. Cảm ơn anh/chị.\nNếu anh/chị chưa gửi phiếu nào thì đã có người khác dùng mã này: hãy báo ngay theo số điện thoại trên thẻ.',
  },
  'card-used': {
    status: 409,
    title: 'Thẻ này đã gửi phiếu, không hủy được',
    sentence:
      'Chưa có gì thay đổi. Phiếu đã gửi được niêm phong và được tính; không ai tìm lại được phiếu của một thẻ.',
  },
  'card-void-already': {
    status: 409,
    title: 'Thẻ này đã hủy trước đó',
    sentence: 'Chưa có gì thay đổi. Thẻ đã hủy không dùng được nữa; không cần làm gì thêm.',
  },
  'no-reserve-left': {
    status: 409,
    title: 'Nhóm này không còn thẻ dự phòng',
    sentence:
      'Chưa có gì thay đổi. Hãy tăng số thẻ dự phòng của nhóm ở trang Thay thẻ, nâng mức, rồi phát mã và in thêm.',
  },
  'reserve-over-cap': {
    status: 409,
    title: 'Số thẻ dự phòng không đặt được như vậy',
    sentence:
      'Chưa có gì thay đổi. Số thẻ dự phòng mới phải nhiều hơn số hiện có và không quá mức nhận phiếu của nhóm, hiện là {cap}. Hãy mở lại trang để xem số hiện tại.',
  },
  'cap-not-raisable': {
    status: 409,
    title: 'Không nâng được mức nhận phiếu của nhóm này',
    sentence:
      'Chưa có gì thay đổi. Mức chỉ nâng thêm một khi còn thẻ bị từ chối chưa được giải quyết, và không quá số thẻ đang lưu hành. Hãy mở lại trang để xem số hiện tại.',
  },
  'counts-of-another': {
    status: 409,
    title: 'Số này do công chức đầu mối của cơ quan, đơn vị ghi',
    sentence:
      'Chưa có gì thay đổi. Anh/chị xem được trang này; chỉ công chức đầu mối của chính cơ quan, đơn vị hoặc người phụ trách phát thẻ ghi được số thẻ.',
  },
  'too-many-misses': {
    status: 429,
    title: 'Mã chưa đúng, đã thử quá nhiều lần',
    sentence:
      'Mã vừa nhập không có trong hệ thống, và từ mạng này đã có quá nhiều lần nhập sai. Mã đúng vẫn được nhận ngay: hãy so lại từng ký tự với thẻ.\nMã chỉ có chữ số từ 2 đến 9 và các chữ B C F G H J K M N P Q R T V X.',
  },
  'not-yet': {
    status: 403,
    title: 'Chưa bắt đầu thu phiếu',
    sentence:
      'Thẻ của anh/chị đúng, nhưng chưa đến thời gian trả lời. Hãy giữ thẻ và quay lại sau; mã vẫn dùng được.',
  },
  over: {
    status: 410,
    title: 'Đã kết thúc thu phiếu',
    sentence:
      'Đợt điều tra đã kết thúc nên không nhận thêm phiếu; phiếu chưa gửi không được tính. Cảm ơn anh/chị đã quan tâm.',
  },
  'stratum-full': {
    status: 409,
    title: 'Phiếu của anh/chị chưa được tính',
    sentence:
      'Nhóm ghi trên thẻ đã nhận đủ số phiếu theo kế hoạch, nên phiếu vừa gửi chưa được nhận. Đây không phải lỗi của anh/chị.\nMã trên thẻ vẫn còn hiệu lực, các câu đã trả lời vẫn còn trên máy này. Hãy gọi đơn vị tổ chức; khi nhóm được nhận thêm phiếu, hãy nhập lại mã rồi gửi.',
  },
  'no-answering': {
    status: 403,
    title: 'Hãy nhập mã trên thẻ',
    sentence:
      'Trang này chỉ mở sau khi nhập mã. Nếu anh/chị đã trả lời dở trên máy này, hãy nhập lại mã để trả lời tiếp.',
  },
  'sent-here': {
    status: 410,
    title: 'Phiếu đã được gửi',
    sentence:
      'Phiếu đã được gửi từ máy này và đã có mã xác nhận. Cảm ơn anh/chị. Để trả lời bằng thẻ khác, hãy nhập mã của thẻ đó.',
  },
  'other-ballot': {
    status: 409,
    title: 'Máy này đang mở một phiếu khác',
    sentence:
      'Trang vừa gửi là của một phiếu khác, không phải phiếu đang mở trên máy này, nên câu trả lời chưa được ghi. Nếu phiếu đang mở không phải của anh/chị, hãy nhập lại mã trên thẻ của anh/chị.',
  },
  'no-such-part': {
    status: 404,
    title: 'Phiếu không có phần này',
    sentence: 'Phiếu của anh/chị có {count} phần. Hãy mở lại phiếu để trả lời tiếp, hoặc kiểm tra và gửi.',
  },

  'opening-before-close': {
    status: 409,
    title: 'Chưa kết thúc thu phiếu',
    sentence: 'Chỉ mở niêm phong sau khi kết thúc thu phiếu. Hãy kết thúc thu phiếu trước.',
  },
  'hours-fixed': {
    status: 409,
    title: 'Không đổi được thời gian thu phiếu nữa',
    sentence:
      'Đã bắt đầu mở niêm phong nên không gia hạn, không thu phiếu lại được; phiếu về muộn không được tính. Hãy xem biên bản và kết quả.',
  },
  'early-end-reason': {
    status: 422,
    title: 'Kết thúc trước giờ cần có lý do',
    sentence:
      'Chưa đến giờ kết thúc và chưa thu đủ phiếu. Hãy ghi lý do kết thúc sớm, kèm số văn bản nếu có, rồi làm lại.',
  },
  'hours-changed': {
    status: 409,
    title: 'Thời gian thu phiếu vừa được người khác đổi',
    sentence: 'Chưa có gì thay đổi. Hãy mở lại trang Thời gian thu phiếu, xem giờ hiện tại rồi làm lại.',
  },
  'already-opened': {
    status: 409,
    title: 'Đã mở niêm phong',
    sentence: 'Phiếu của đợt điều tra này đã được mở và kiểm. Hãy xem kết quả.',
  },
  'opening-mismatch': {
    status: 409,
    title: 'Số mã đã dùng và số phiếu niêm phong không khớp',
    sentence:
      'Có {used} mã đã dùng nhưng {ballots} phiếu niêm phong. Chưa có gì thay đổi. Hãy dừng lại, giữ nguyên dữ liệu và lập biên bản.',
  },
  'key-missing': {
    status: 409,
    title: 'Không có khóa mở niêm phong',
    sentence:
      'Không tìm thấy tệp khóa của đợt điều tra trong thư mục keys. Hãy chép lại tệp khóa từ bản sao lưu riêng rồi thử lại; phiếu vẫn còn nguyên.',
  },
  'key-wrong': {
    status: 409,
    title: 'Khóa không mở được phiếu',
    sentence:
      'Tệp khóa không thuộc đợt điều tra này hoặc khóa gốc của hệ thống đã đổi. Hãy chép lại đúng tệp khóa và khóa gốc của hệ thống; phiếu vẫn còn nguyên.',
  },
  'custody-not-ready': {
    status: 409,
    title: 'Việc giữ khóa chưa xong',
    sentence: 'Chưa thực hiện được: {missing}. Hãy làm tiếp ở trang Giữ khóa.',
  },
  'custody-frozen': {
    status: 409,
    title: 'Hình thức giữ khóa không đổi được nữa',
    sentence:
      'Đợt điều tra đã bắt đầu thu phiếu nên hình thức giữ khóa được giữ nguyên. Người giữ khóa thì bàn giao được ở trang Giữ khóa.',
  },
  // Not 403: the account may do such things, here it is somebody else's turn.
  'not-key-holder': {
    status: 409,
    title: 'Anh/chị không giữ phần khóa của đợt điều tra này',
    sentence: 'Chỉ người được ghi tên ở trang Giữ khóa làm được việc này, bằng tài khoản của chính mình.',
  },
  'paper-made': {
    status: 409,
    title: 'Phần khóa đã được tạo và chỉ hiện một lần',
    sentence:
      'Hệ thống không lưu phần khóa nên không hiện lại được. Nếu tờ giấy đã mất hoặc chép chưa xong, hãy tạo phần khóa mới ở trang Giữ khóa; tờ cũ khi đó không dùng được nữa.',
  },
  'paper-replaced': {
    status: 409,
    title: 'Phần khóa hoặc người giữ khóa vừa được thay',
    sentence: 'Chưa ghi nhận gì. Hãy mở lại trang Giữ khóa và xem ai đang giữ phần khóa nào.',
  },
  'share-broken': {
    status: 409,
    title: 'Tờ giấy đúng, nhưng phần khóa niêm phong trên máy chủ không mở được',
    sentence:
      'Phần khóa {position} lưu trên máy chủ đã hỏng hoặc bị sửa. Hãy giữ nguyên tờ giấy và báo ngay người phụ trách, người giám sát: cần tìm bản sao lưu cơ sở dữ liệu trước khi mở niêm phong.',
  },
  'paper-fixed': {
    status: 409,
    title: 'Không tạo lại phần khóa được nữa',
    sentence:
      'Khóa đã được chia cho các phần khóa hiện có. Nếu cần đổi người giữ, hãy bàn giao ở trang Giữ khóa: việc đó cần tờ giấy cũ.',
  },
  'hand-over-gone': {
    status: 409,
    title: 'Việc bàn giao không còn như lúc mở trang',
    sentence: 'Chưa có gì thay đổi. Hãy mở lại trang Giữ khóa và xem ai đang nhận bàn giao.',
  },
  'shares-needed': {
    status: 409,
    title: 'Cần nhập lại các phần khóa',
    sentence:
      'Việc mở niêm phong bị ngắt giữa chừng; không mất phiếu nào. Máy chủ không giữ khóa, nên hãy nhập lại các phần khóa ở trang Thu phiếu, mở niêm phong để làm tiếp.',
  },
  'shares-wrong': {
    status: 422,
    title: 'Chưa đọc được các phần khóa',
    sentence: '{list}',
  },
  'not-opened': {
    status: 409,
    title: 'Chưa có kết quả',
    sentence:
      'Điểm chỉ có sau khi kết thúc thu phiếu và mở niêm phong. Trước đó không ai xem được câu trả lời.',
  },
  'receipts-sealed': {
    status: 409,
    title: 'Mã xác nhận chưa được công bố',
    sentence: 'Danh sách mã xác nhận chỉ có sau khi kết thúc thu phiếu và mở niêm phong. Hãy mở lại sau.',
  },
  'not-announced': {
    status: 409,
    title: 'Kết quả chưa công bố',
    sentence:
      'Kết quả của đợt điều tra chưa công bố. {when} Sau khi công bố, anh/chị xem được kết quả ở trang này.',
  },
  'already-announced': {
    status: 409,
    title: 'Kết quả đã công bố',
    sentence:
      'Kết quả đã công bố và không rút lại được. Có sai sót thì lập bản mới theo một quyết định; bản cũ vẫn xem được.',
  },
  'announce-rehearsal': {
    status: 409,
    title: 'Chạy thử không công bố',
    sentence:
      'Đây là lần chạy thử, số liệu không có giá trị chính thức. Hãy kết thúc chạy thử ở trang Chạy thử.',
  },
  'file-of-another': {
    status: 409,
    title: 'Tệp do người khác yêu cầu',
    sentence:
      'Tệp này ghi tên người đã yêu cầu nên chỉ người đó tải được. Hãy mở trang kết quả và tự xuất tệp của mình.',
  },
  'figure-unknown': {
    status: 404,
    title: 'Không có số liệu này',
    sentence: 'Không tìm thấy số cần giải thích. Hãy mở lại trang kết quả và chọn số ở đó.',
  },
  'explain-what': {
    status: 422,
    title: 'Chưa rõ giải thích số nào',
    sentence:
      'Hãy nêu cơ quan, đơn vị (kèm tiêu chí nếu cần), hoặc cấp kèm tiêu chí hay câu hỏi, hoặc lần tính Chỉ số kèm cơ quan, đơn vị.',
  },
  'retention-fixed': {
    status: 409,
    title: 'Thời hạn lưu giữ không đổi được nữa',
    sentence:
      'Thời hạn lưu giữ đặt trước khi bắt đầu thu phiếu. Sau khi mở niêm phong, ngày hủy phiếu chỉ đổi được bằng quyết định gia hạn.',
  },
  'retention-not-due': {
    status: 409,
    title: 'Chưa đến ngày hủy phiếu',
    sentence:
      'Chỉ hủy phiếu được từ ngày đã đặt ({day}). Hãy đợi đến ngày đó, hoặc gia hạn nếu cần giữ lâu hơn.',
  },
  'retention-changed': {
    status: 409,
    title: 'Ngày hủy phiếu vừa đổi',
    sentence: 'Có người vừa đổi ngày hủy phiếu. Hãy mở lại trang Lưu giữ, hủy phiếu để xem ngày mới.',
  },
  'retention-due': {
    status: 409,
    title: 'Đã đến ngày hủy phiếu',
    sentence: 'Ngày hủy phiếu đã đến nên không gia hạn được nữa. Hãy xem trang Lưu giữ, hủy phiếu.',
  },
  'not-destroyed': {
    status: 409,
    title: 'Chưa có biên bản hủy phiếu',
    sentence: 'Phiếu chưa hủy xong nên chưa có biên bản. Hãy xem trang Lưu giữ, hủy phiếu.',
  },
  'already-destroyed': {
    status: 409,
    title: 'Phiếu đã hủy',
    sentence: 'Phiếu của đợt điều tra này đã hủy; chỉ còn tổng số. Hãy xem biên bản hủy phiếu.',
  },
  'retention-mismatch': {
    status: 409,
    title: 'Tính lại không khớp',
    sentence:
      'Chưa hủy phiếu nào: tính lại từ phiếu không ra đúng kết quả đã lập ({what}). Hãy giữ nguyên dữ liệu và báo người quản trị hệ thống.',
  },
  'release-unknown': {
    status: 404,
    title: 'Không có bảng điểm này',
    sentence:
      'Bảng điểm đang được lập hoặc không có bản này. Hãy tải lại trang sau ít phút, hoặc xem bản mới nhất.',
  },
  'scoring-frozen': {
    status: 409,
    title: 'Cách tính điểm đã được giữ nguyên',
    sentence:
      'Đợt điều tra đã bắt đầu thu phiếu nên không đổi được cách tính. Hãy mở lại trang Cách tính điểm để xem cách tính đang dùng.',
  },
  'file-too-large': {
    status: 422,
    title: 'Bảng quá lớn',
    sentence: 'Bảng này quá lớn cho tệp Excel. Hãy tải tệp CSV dài ở trang Tệp kết quả.',
  },
  'chart-none': {
    status: 409,
    title: 'Chưa có biểu đồ này',
    sentence:
      'Không có đủ số được hiện để vẽ biểu đồ này, hoặc có quá nhiều dòng cho một hình. Hãy xem bảng số ở trang Điểm điều tra.',
  },
  'release-settings-wrong': {
    status: 422,
    title: 'Cách tính không dùng được',
    sentence: 'Không dùng được cách tính trong tệp: {problem} Hãy sửa tệp theo README, mục “Bộ khảo sát”.',
  },
  'release-reason-missing': {
    status: 422,
    title: 'Chưa có lý do',
    sentence: 'Bảng điểm chỉ được lập lại theo một quyết định. Hãy ghi lý do và số của quyết định.',
  },
  'appraised-wrong': {
    status: 422,
    title: 'Tệp điểm thẩm định có lỗi',
    sentence: 'Tìm thấy {count} lỗi, chưa có gì được tính. Hãy sửa rồi nạp lại:\n{list}',
  },
  'file-unreadable': {
    status: 422,
    title: 'Không đọc được tệp',
    sentence: 'Không đọc được tệp {file}: {reason}',
  },
  'file-unwritable': {
    status: 422,
    title: 'Không ghi được tệp',
    sentence: 'Không ghi được tệp {file}: {reason}',
  },
  'run-unknown': {
    status: 404,
    title: 'Không có lần tính này',
    sentence: 'Không tìm thấy lần tính Chỉ số này. Hãy xem danh sách các lần tính.',
  },
  'job-unknown': {
    status: 404,
    title: 'Không có công việc này',
    sentence: 'Không tìm thấy công việc. Hãy quay lại trang đợt điều tra.',
  },
  'job-running': {
    status: 409,
    title: 'Đang có công việc khác',
    sentence: 'Một công việc khác của đợt điều tra này đang chạy. Hãy đợi xong rồi làm tiếp.',
  },
  'job-failed': {
    status: 500,
    title: 'Công việc dừng giữa chừng',
    sentence: '{problem}',
  },
} satisfies Record<string, Kind>

export type ProblemKind = keyof typeof kinds

export const problemKinds = Object.keys(kinds) as ProblemKind[]

/** A refusal with its sentence; `details` fill the {names} of the sentence and never hold anything of a respondent. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly status: number
  readonly title: string
  readonly sentence: string

  constructor(kind: ProblemKind, details: Record<string, string | number> = {}) {
    const { status, title, sentence }: Kind = kinds[kind]
    super(kind)
    this.kind = kind
    this.status = status
    this.title = title
    this.sentence = sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''))
  }
}
